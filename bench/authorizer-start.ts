import { SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import type { Bundle } from '../support/bundles.ts';
import { bearer, hmacSigner, mint } from '../support/tokens.ts';
import type { ColdStart } from './measure/cold-start.ts';

export const HOUR_S = 3600;

/** A start of a function that does nothing. */
export function emptyStart({ file }: Bundle): ColdStart {
  return { bundle: file, event: {}, env: {}, check: () => {} };
}

/** A start of the authorizer in both modes, to the Allow of a token under the shared secret. */
export function authorizerStart({ file }: Bundle): ColdStart {
  return {
    bundle: file,
    event: tokenEvent(bearer(freshToken())),
    env: { ...SECRET_ENV, BETTER_AUTH_JWKS_URL: 'https://auth.example.com/api/auth/jwks' },
    check: requireReply('"Allow"'),
  };
}

/** Makes a check that throws unless the reply has this part, in itself or in its body. */
export function requireReply(part: string): ColdStart['check'] {
  return (reply) => {
    const text = JSON.stringify(reply);
    if (!text.includes(part) && !text.includes(JSON.stringify(part).slice(1, -1)))
      throw new Error(`not the reply to measure: ${text}`);
  };
}

/** Valid by the clock of the machine, which is the one of the bundle. */
function freshToken(): string {
  const nowS = Math.floor(Date.now() / 1000);
  return mint(hmacSigner(), { claims: { iat: nowS, exp: nowS + HOUR_S } });
}
