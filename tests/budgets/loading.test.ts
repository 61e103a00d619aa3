import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SECRET_ENV } from '../../support/authorizers.ts';
import { bearer, hmacSigner, makeKeyPair, mint } from '../../support/tokens.ts';

const HANDLER = new URL('../../authorizer/handler.ts', import.meta.url).href;
/** Asks the authorizer about one token, in a process of its own, and prints which files of jose that has loaded. */
const SCRIPT = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({
    load: (url, context, next) => {
      if (url.includes('/node_modules/jose/')) loaded.push(url);
      return next(url, context);
    },
  });
  console.log = () => {};
  const { handler } = await import(${JSON.stringify(HANDLER)});
  const event = { type: 'TOKEN', methodArn: process.env.METHOD_ARN, authorizationToken: process.env.HEADER };
  await handler(event).catch(() => undefined);
  process.stdout.write(String(loaded.length));`;

/** How many files of jose are loaded for one token by an authorizer that has a secret and a key set. */
function filesOfJose(token: string): number {
  const env = {
    ...SECRET_ENV,
    BETTER_AUTH_JWKS: JSON.stringify({ keys: [PAIR.jwk] }),
    METHOD_ARN: 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/api/tasks',
    HEADER: bearer(token),
  };
  const args = ['--no-warnings', '--input-type=module', '--eval', SCRIPT];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  return Number(execFileSync(process.execPath, args, { cwd, env, encoding: 'utf8' }));
}

const PAIR = makeKeyPair('EdDSA');

describe('jose', () => {
  it('is not loaded for a token of the shared secret', () => {
    expect(filesOfJose(mint(hmacSigner()))).toBe(0);
  });

  it('is loaded for the first token of a key pair', () => {
    expect(filesOfJose(mint(PAIR))).toBeGreaterThan(0);
  });
});
