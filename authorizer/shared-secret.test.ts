import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { encode, hmacSigner, mint, OTHER_SECRET, SECRET, signParts } from '../support/tokens.ts';
import { codeOf } from '../support/verdicts.ts';
import { parseCompactToken } from './compact-token.ts';
import { SHARED_SECRET_ALGORITHMS, type SharedSecretConfig } from './config.ts';
import { makeVerifySharedSecret } from './shared-secret.ts';

function verify(
  token: string,
  { secrets = [SECRET], algorithm = 'HS256' }: Partial<SharedSecretConfig> = {},
) {
  return codeOf(async () => makeVerifySharedSecret({ secrets, algorithm })(parseCompactToken(token)));
}

describe('makeVerifySharedSecret', () => {
  it.each(SHARED_SECRET_ALGORITHMS)('accepts %s signed with the secret', async (algorithm) => {
    expect(await verify(mint(hmacSigner(SECRET, algorithm)), { algorithm })).toBe('allow');
  });

  it.each(SHARED_SECRET_ALGORITHMS)('refuses %s signed with another secret', async (algorithm) => {
    expect(await verify(mint(hmacSigner(OTHER_SECRET, algorithm)), { algorithm })).toBe('bad_signature');
  });

  it('accepts what jsonwebtoken itself signs', async () => {
    expect(await verify(jwt.sign({ sub: 'user-1' }, SECRET, { noTimestamp: true }))).toBe('allow');
  });

  it('takes the secret as UTF-8, as Better Auth does', async () => {
    const secret = 'čřžýáíé-ключ-🦊-0123456789-abcdefghij';
    expect(await verify(mint(hmacSigner(Buffer.from(secret, 'utf8'))), { secrets: [secret] })).toBe('allow');
  });

  it.each([
    ['the first', 0],
    ['the second', 1],
    ['the last of eight', 7],
  ])('accepts a token signed with %s of several secrets', async (_name, index) => {
    const secrets = Array.from({ length: 8 }, (_, at) => `${SECRET}-${at}`);
    expect(await verify(mint(hmacSigner(secrets[index])), { secrets })).toBe('allow');
    expect(await verify(mint(hmacSigner()), { secrets })).toBe('bad_signature');
  });

  it('leaves every claim to the checks after it', async () => {
    for (const claims of ['{}', '{"exp":0}', '{"exp":"x"}', '{"nbf":1e300}', '{"nbf":"x","iat":[]}']) {
      expect(await verify(mint(hmacSigner(), { claims }))).toBe('allow');
    }
  });

  it('looks at the signature of a long token before it parses what stands in it', async () => {
    const broken = (length: number) =>
      mint(hmacSigner(OTHER_SECRET), { claims: `{"a":${'x'.repeat(length)}` });
    expect(await verify(broken(20))).toBe('malformed_token');
    expect(await verify(broken(2000))).toBe('bad_signature');
  });

  it.each([
    ['an empty one in disguise', 'A'],
    ['one byte', 'AA'],
    ['one that is too short', createHmac('sha256', SECRET).update('x').digest('base64url').slice(0, 40)],
    ['one that is too long', encode(Buffer.alloc(64))],
    ['zeros', encode(Buffer.alloc(32))],
  ])('refuses a wrong signature: %s', async (_name, signature) => {
    const [head, body] = mint(hmacSigner()).split('.');
    for (const secrets of [[SECRET], [SECRET, OTHER_SECRET]]) {
      const verdict = await verify(`${head}.${body}.${signature}`, { secrets });
      expect(['bad_signature', 'malformed_token']).toContain(verdict);
    }
  });

  it.each([
    ['the other way round', (head: string, body: string) => [body, head]],
    ['without the dot', (head: string, body: string) => [head.slice(0, -4), head.slice(-4) + body]],
  ])('refuses a signature made over the parts %s', async (_name, move) => {
    const head = encode({ alg: 'HS256' });
    const body = encode({ alg: 'HS256', sub: 'user-1' });
    const [signedHead = '', signedBody = ''] = move(head, body);
    const signature = signParts(hmacSigner(), signedHead, signedBody).split('.')[2];
    expect(await verify(`${head}.${body}.${signature}`)).toBe('bad_signature');
  });

  it('throws what is not the fault of the token, such as an algorithm it was not made for', () => {
    const verifySignature = makeVerifySharedSecret({ secrets: [SECRET], algorithm: 'HS512' });
    expect(() => verifySignature(parseCompactToken(mint(hmacSigner())))).toThrow('invalid algorithm');
  });
});
