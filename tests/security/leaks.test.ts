import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeAuthorize } from '../../authorizer/authorize.ts';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import type { Env } from '../../common/env.ts';
import { makeFindCaller } from '../../functions/http/optional-caller.ts';
import { makeApi } from '../../support/api.ts';
import { effectOf, keysEnv, startAuthorizer, tokenEvent } from '../../support/authorizers.ts';
import { attackTables, usualBadTokens } from '../../support/bad-tokens.ts';
import type { SeenReply } from '../../support/documented.ts';
import { fakeIssuer } from '../../support/issuer.ts';
import { recordLines } from '../../support/logs.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { createRecord, EACH_RESOURCE } from '../../support/resources.ts';
import {
  bearer,
  hmacSigner,
  ISSUER,
  makeKeyPair,
  mint,
  NOW_S,
  now,
  type Signer,
} from '../../support/tokens.ts';

/** Every text that must stay inside holds this; nothing else anywhere does. */
const MARK = 'canary';
const SECRET = `${MARK}-secret-0123456789-0123456789`;
const KEY = makeKeyPair('EdDSA', `${MARK}-kid`);

const ENV: Env = { ...keysEnv(KEY), BETTER_AUTH_SECRET: SECRET };
const MARKED = {
  email: `${MARK}@example.com`,
  name: `${MARK} name`,
  jti: `${MARK}-jti`,
  session: { token: `${MARK}-session-token` },
  user: { phone: `${MARK}-phone` },
  exp: NOW_S + 840,
};

/** Everything that leaves the process apart from answers, no matter which code writes it. */
let written: string[] = [];
beforeEach(() => {
  written = [];
  const keep = (...parts: unknown[]) => void written.push(parts.map(String).join(' '));
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
    jest.spyOn(console, level).mockImplementation(keep);
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation(((chunk: unknown) => {
      keep(chunk);
      return true;
    }) as typeof stream.write);
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Text of an answer or an error, stack and cause included. */
function textOf(outcome: unknown): string {
  if (!(outcome instanceof Error)) return JSON.stringify(outcome) ?? String(outcome);
  return [
    outcome.name,
    outcome.message,
    outcome.stack,
    JSON.stringify(outcome),
    textOf(outcome.cause ?? null),
  ].join('\n');
}

/** The pieces of a token that would give it away. */
const piecesOf = (header: string) => header.split(/[\s.]+/).filter((piece) => piece.length >= 12);

async function send(env: Env, header: string | undefined, fetch?: typeof globalThis.fetch) {
  const api = startAuthorizer(env, fetch ? { fetch } : {});
  const outcome = await api.authorize(tokenEvent(header)).catch((error: unknown) => error);
  return { outcome, answer: textOf(outcome), logged: [...api.lines, ...written].join('\n') };
}

const accepted: readonly (readonly [string, Signer])[] = [
  ['HS256', hmacSigner(SECRET)],
  ['EdDSA', KEY],
];

describe('what goes out about an accepted token', () => {
  it.each(accepted)(
    'is the identity in the context and nothing in the log, with %s',
    async (_name, signer) => {
      const token = mint(signer, { claims: MARKED });
      const { outcome, answer, logged } = await send(ENV, bearer(token));
      const { context, ...rest } = outcome as { context: Record<string, string> };
      expect(effectOf(outcome as never)).toBe('Allow');
      const { email, name, ...others } = context;
      expect([email, name]).toEqual([MARKED.email, MARKED.name]);
      expect(JSON.stringify([others, rest])).not.toContain(MARK);
      expect(logged).not.toContain(MARK);
      for (const piece of piecesOf(token)) expect(answer + logged).not.toContain(piece);
    },
  );
});

describe('what goes out about a refused token', () => {
  const marked: Record<string, string> = {
    'a wrong signature': mint(hmacSigner(`not-${SECRET}`), { claims: MARKED }),
    'an expired one': mint(hmacSigner(SECRET), { claims: { ...MARKED, exp: 1 } }),
    'one that is not active': mint(hmacSigner(SECRET), { claims: { ...MARKED, nbf: NOW_S + 60 } }),
    'one of another issuer': mint(hmacSigner(SECRET), { claims: { ...MARKED, iss: `${MARK}-issuer` } }),
    'one for another audience': mint(hmacSigner(SECRET), { claims: { ...MARKED, aud: `${MARK}-audience` } }),
    'one with an odd subject': mint(hmacSigner(SECRET), { claims: { ...MARKED, sub: `${MARK}\n${MARK}` } }),
    'one with an odd exp': mint(hmacSigner(SECRET), { claims: { ...MARKED, exp: `${MARK}-exp` } }),
    'an e-mail token': mint(hmacSigner(SECRET), {
      claims: JSON.stringify({ email: MARKED.email, exp: NOW_S + 9 }),
    }),
    'a session cookie': mint(hmacSigner(SECRET), { claims: JSON.stringify(MARKED) }),
    'an unknown key': mint(KEY, { header: { kid: `${MARK}-other` }, claims: MARKED }),
    'an odd algorithm': mint(KEY, { header: { alg: `${MARK}-alg` }, claims: MARKED }),
    'an odd type': mint(KEY, { header: { typ: `${MARK}+jwt` }, claims: MARKED }),
    'broken JSON': mint(hmacSigner(SECRET), { claims: `{"${MARK}":"${MARK}",}` }),
    'a session token': `${MARK}-session-token-0123456789`,
  };

  it.each(Object.entries(marked))('is a code and a sentence: %s', async (_name, token) => {
    const { answer, logged } = await send(ENV, bearer(token));
    expect(answer + logged).not.toContain(MARK);
    for (const piece of piecesOf(token)) expect(answer + logged).not.toContain(piece);
  });

  it('holds no piece of the token for any reason there is, nor in any attack', async () => {
    const attacks = attackTables().flatMap(({ rows }) => rows);
    const leaks: string[] = [];
    for (const { header = '', env } of [...usualBadTokens(), ...attacks]) {
      const { answer, logged } = await send(env, header);
      leaks.push(...piecesOf(header).filter((piece) => `${answer}${logged}`.includes(piece)));
    }
    expect(leaks).toEqual([]);
  });
});

describe('what goes out when something breaks', () => {
  const token = mint(KEY, { claims: MARKED });
  const { BETTER_AUTH_JWKS: _, ...rest } = ENV;
  const remote = { ...rest, BETTER_AUTH_JWKS_URL: `${ISSUER}/jwks` };

  it.each([
    ['the issuer is down', () => new Error(`${MARK}: ${token}`)],
    ['the issuer answers an error', () => 500],
    ['the issuer answers something else', () => ({ error: MARK })],
    [
      'the issuer publishes odd keys',
      () => ({ keys: [MARK, { kid: MARK, alg: MARK }, { ...KEY.jwk, crv: MARK }] }),
    ],
    ['the issuer publishes its private key', () => ({ keys: [{ ...KEY.privateJwk, kid: 'other' }] })],
  ])('%s', async (_name, answerOf) => {
    const { answer, logged } = await send(remote, bearer(token), fakeIssuer(answerOf).fetch);
    expect(answer + logged).not.toContain(MARK);
    expect(answer + logged).not.toContain(String(KEY.privateJwk['d']));
    for (const piece of piecesOf(token)) expect(answer + logged).not.toContain(piece);
  });

  it('the gateway sends an odd method ARN', async () => {
    const api = startAuthorizer(ENV);
    const failure = api.authorize(tokenEvent(bearer(token), `arn:${MARK}`));
    expect(textOf(await failure.catch((error: unknown) => error)) + api.lines.join()).not.toContain(MARK);
  });

  it('a library fails with an error that quotes the token', async () => {
    const { log, lines } = recordLines();
    const authenticate = () =>
      Promise.reject(new SyntaxError(`Unexpected token in ${token}`, { cause: new Error(token) }));
    const failure = await makeAuthorize({ authenticate, log })(tokenEvent(bearer(token))).catch(
      (error: unknown) => error,
    );
    for (const piece of piecesOf(token)) expect(textOf(failure) + lines.join()).not.toContain(piece);
  });

  it.each<[string, Env]>([
    ['a short secret', { BETTER_AUTH_SECRET: MARK }],
    ['a list without versions', { BETTER_AUTH_SECRETS: SECRET }],
    ['a list with a short secret', { BETTER_AUTH_SECRETS: `2:${SECRET},1:${MARK}` }],
    ['an algorithm by mistake', { ALGORITHM: SECRET }],
    ['an address by mistake', { BETTER_AUTH_URL: SECRET }],
    [
      'a password in the address of the keys',
      { BETTER_AUTH_JWKS_URL: `https://user:${MARK}@auth.example.com/jwks`, BETTER_AUTH_JWKS: undefined },
    ],
    ['keys that are not valid', { BETTER_AUTH_JWKS: SECRET }],
    ['a number by mistake', { CLOCK_TOLERANCE_SECONDS: SECRET }],
  ])('the configuration has %s', (_name, env) => {
    const start = () => readAuthorizerConfig({ ...ENV, ...env });
    expect(start).toThrow();
    expect(textOf(thrownBy(start))).not.toContain(MARK);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const { log, lines } = recordLines();
const services = { log, now, findCaller: makeFindCaller(ENV, { log, now }) };
const api = makeApi(services);
/** Over a store that breaks with an error which quotes what it was given. */
const broken = makeApi({
  ...services,
  storeOf: (kind) =>
    new Proxy(memoryStore(kind), {
      get:
        () =>
        (...given: unknown[]) =>
          Promise.reject(new Error(`item ${JSON.stringify(given)} ${MARK}`)),
    }),
});
const leaving = () => lines.join() + written.join();
const told = ({ body, headers }: SeenReply) => body + JSON.stringify(headers) + leaving();

describe.each(EACH_RESOURCE)('what goes out about the body of one of the %s', (_plural, resource) => {
  const { create, list, textField } = resource;
  const body = findMarkedBody(create, `${MARK} text`);

  it('that is stored is the reply, and nothing in the log', async () => {
    await createRecord(api, resource, { mark: `${MARK} text` });
    expect((await api.call(list.operationId)).body).toContain(MARK);
    expect(leaving()).not.toContain(MARK);
    expect(lines.length).toBeGreaterThan(0);
  });

  it.each([
    ['no JSON', `{"${textField}":"${MARK}`, 400],
    ['a text that is too long', { ...body, [textField]: MARK.repeat(200) }, 422],
    ['a text of another kind', { ...body, [textField]: [MARK] }, 422],
    ['an unknown member', { ...body, [textField]: 'x', other: MARK }, 422],
    ['too much', { ...body, [textField]: MARK.repeat(20_000) }, 413],
  ])('that holds %s is told neither to the caller nor to the log', async (_name, odd, status) => {
    const reply = await api.call(create.operationId, { body: odd });
    expect(reply.status).toBe(status);
    expect(told(reply)).not.toContain(MARK);
  });

  it.each([create, ...resource.updates].map((operation) => [operation.operationId, operation] as const))(
    'over which the store breaks in %s is told neither to the caller nor to the log',
    async (operationId, operation) => {
      const id = operation.pathParameters.length > 0 ? { id: (await createRecord(api, resource)).id } : {};
      const reply = await broken.call(operationId, {
        ...id,
        body: findMarkedBody(operation, `${MARK} text`),
      });
      expect(reply.status).toBe(500);
      expect(told(reply)).not.toContain(MARK);
    },
  );
});

describe('what goes out about a token in a function', () => {
  it.each([
    ['accepted', () => mint(hmacSigner(SECRET), { claims: MARKED })],
    ['refused', () => mint(hmacSigner(`not-${SECRET}`), { claims: MARKED })],
  ])('that is %s in the function itself is not in the log', async (_name, makeToken) => {
    const token = makeToken();
    const reply = await api.call('getMe', { headers: { Authorization: bearer(token) } });
    expect(reply.status).toBe(200);
    expect(leaving()).not.toContain(MARK);
    for (const piece of piecesOf(token)) expect(reply.body + leaving()).not.toContain(piece);
  });
});
