import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { BadToken } from '../../local/tokens/bad-tokens/bad-token.ts';
import { PLAIN_BAD_TOKENS, TAMPERINGS } from '../../local/tokens/bad-tokens/plain.ts';
import { makeTokenMaker, type TokenMaker } from '../../local/tokens/bad-tokens/token-maker.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { inGroup } from '../check.ts';
import { requireProblem, requireStatus, type Session } from '../session.ts';

const { anyone, signedIn } = inGroup('refused tokens');

/** Makes tokens with secrets of our own, which no API should share. */
function stranger(): TokenMaker {
  const nowS = Math.floor(Date.now() / 1000);
  const [iss, randomText] = ['https://issuer.example', () => randomBytes(32).toString('base64url')];
  const claims = { sub: 'somebody', iss, aud: iss, iat: nowS, exp: nowS + 600 };
  return makeTokenMaker({ nowS, secret: randomText(), otherSecret: randomText(), claims });
}

/** What a token signed with another secret meets, because an API may trust key pairs only. */
const FORGED = ['bad_signature', 'unsupported_algorithm', 'unknown_key'];

/** What can be made without a key of the API. A request without the header is a check of its own. */
const SENT: readonly BadToken[] = Object.values(PLAIN_BAD_TOKENS)
  .flat()
  .filter(({ unsigned, code }) => (unsigned && code !== 'missing_token') || code === 'bad_signature');

const codesOf = ({ code }: Pick<BadToken, 'code'>, isForged: boolean) => (isForged ? FORGED : [code]);

function forged(): string {
  return String(PLAIN_BAD_TOKENS.bad_signature[0].header(stranger()));
}

async function requireRefusal(
  anonymous: Session,
  authorization: string,
  codes: readonly string[],
): Promise<void> {
  const reply = await anonymous.get(`${EXAMPLE.path}?limit=1`, { authorization });
  requireProblem(reply, 401, ...codes);
  assert.match(
    reply.headers.get('WWW-Authenticate') ?? '',
    /error="invalid_token"/,
    'WWW-Authenticate says so too',
  );
  assert.ok(
    !reply.text.includes(authorization.split(' ')[1] ?? authorization),
    'the reply repeats the token',
  );
}

export const REFUSED_TOKEN_CHECKS = [
  ...SENT.map((bad) => {
    const codes = codesOf(bad, bad.code === 'bad_signature');
    return anyone(`${bad.name} is 401 ${codes.join(' or ')}`, ({ anonymous }) =>
      requireRefusal(anonymous, String(bad.header(stranger())), codes),
    );
  }),

  ...TAMPERINGS.map((tampering) => {
    const codes = codesOf(tampering, tampering.isResigned === true);
    return signedIn(`${tampering.name} is 401 ${codes.join(' or ')}`, ({ anonymous, user }) =>
      requireRefusal(anonymous, `Bearer ${tampering.change(user.token)}`, codes),
    );
  }),

  anyone('a refusal stays the same when it is repeated, on this route and another', async ({ anonymous }) => {
    const authorization = forged();
    for (const path of [EXAMPLE.path, EXAMPLE.path, `${EXAMPLE.path}/01900000-0000-7000-8000-000000000000`]) {
      requireProblem(await anonymous.get(path, { authorization }), 401, ...FORGED);
    }
  }),

  anyone('getMe with a refused token knows anonymous', async ({ anonymous }) => {
    const reply = requireStatus(await anonymous.get('/api/me', { authorization: forged() }), 200);
    assert.deepEqual(reply.body, { user: null });
  }),
];
