import { REJECTIONS, type RejectionCode } from '../authorizer/rejections.ts';
import type { Env } from '../common/env.ts';
import { keysEnv, SECRET_ENV } from './authorizers.ts';
import { bearer, hmacSigner, makeKeyPair, mint, NOW_S, OTHER_SECRET, type TokenParts } from './tokens.ts';

/** A header that is refused for the reason `code`, and the settings under which it is. */
export interface RefusedHeader {
  readonly code: RejectionCode;
  readonly header: string | undefined;
  readonly env: Env;
}

const WITH_AGE: Env = { ...SECRET_ENV, ACCESS_TOKEN_EXPIRE_MINUTES: '15' };
const WITH_CLAIMS: Env = { ...SECRET_ENV, TOKEN_CLAIMS: 'role' };
const EMAIL_TOKEN = JSON.stringify({ email: 'ann@example.com', iat: NOW_S, exp: NOW_S + 3600 });

function signed(parts: TokenParts, env: Env = SECRET_ENV) {
  return { header: bearer(mint(hmacSigner(), parts)), env };
}

function raw(header: string | undefined) {
  return { header, env: SECRET_ENV };
}

function ofUnknownKey() {
  const [known, other] = [makeKeyPair('EdDSA', 'known'), makeKeyPair('EdDSA', 'other')];
  return { header: bearer(mint(other)), env: keysEnv(known) };
}

/** One for every code there is: a new code does not compile without one. */
function headers(): Record<RejectionCode, Omit<RefusedHeader, 'code'>> {
  return {
    missing_token: raw(undefined),
    malformed_header: raw('Basic YW5uOnNlY3JldA=='),
    token_too_large: raw(bearer('a'.repeat(9000))),
    not_a_jwt: raw(bearer('a'.repeat(64))),
    encrypted_token: raw(bearer(`${mint(hmacSigner())}.a.a`)),
    malformed_token: signed({ claims: `${JSON.stringify({ sub: 'ann', padding: 'x'.repeat(250) })},` }),
    unsupported_critical_header: signed({ header: { crit: ['exp'] } }),
    wrong_token_type: signed({ header: { typ: 'logout+jwt' } }),
    session_cookie_token: signed({ claims: { sub: undefined, session: { id: 'a' } } }),
    unsupported_algorithm: signed({ header: { alg: 'none' } }),
    unknown_key: ofUnknownKey(),
    bad_signature: { header: bearer(mint(hmacSigner(OTHER_SECRET))), env: SECRET_ENV },
    malformed_claims: signed({ claims: { exp: 'tomorrow' } }),
    email_verification_token: signed({ claims: EMAIL_TOKEN }),
    id_token: signed({ claims: { at_hash: 'AbCdEfGhIjKlMnOpQrStUv', acr: '0' } }),
    wrong_issuer: signed({ claims: { iss: 'https://elsewhere.example' } }),
    wrong_audience: signed({ claims: { aud: 'https://elsewhere.example' } }),
    sender_constrained_token: signed({ claims: { cnf: { jkt: 'a' } } }),
    malformed_client: signed({ claims: { scope: ['tasks:read'] } }),
    client_as_subject: signed({ claims: { sub: 'client-1', client_id: 'client-1' } }),
    missing_expiry: signed({ claims: { exp: undefined } }),
    token_expired: signed({ claims: { exp: NOW_S - 1 } }),
    token_not_active: signed({ claims: { nbf: NOW_S + 60 } }),
    issued_in_future: signed({ claims: { iat: NOW_S + 60 } }),
    missing_issued_at: signed({ claims: { iat: undefined } }, WITH_AGE),
    token_too_old: signed({ claims: { iat: NOW_S - 3600 } }, WITH_AGE),
    missing_subject: signed({ claims: { sub: undefined } }),
    invalid_subject: signed({ claims: { sub: `ann${String.fromCharCode(0)}` } }),
    claims_too_large: signed({ claims: { role: 'x'.repeat(2000) } }, WITH_CLAIMS),
  };
}

export function refusedHeaders(): RefusedHeader[] {
  const all = headers();
  return (Object.keys(REJECTIONS) as RejectionCode[]).map((code) => ({ code, ...all[code] }));
}
