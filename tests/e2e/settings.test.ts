import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fetchToken } from '../../local/sign-in/sign-in.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type Stack, startStack } from '../../support/stack.ts';
import { goodClaims, hmacSigner, mint, OTHER_SECRET } from '../../support/tokens.ts';
import { type Client, makeClient } from './client.ts';

const TIMEOUT_MS = 60_000;
const QUIET_MS = 300;
/** How long esbuild takes to notice that it is no longer needed. */
const BUNDLER_GOODBYE_MS = 1000;
const ANN = { email: 'ann@example.com', password: 'correct horse' };
const ORIGINS = ['https://a.example', 'https://b.example'];
const SETTINGS = {
  LOCAL_AUTH_ALG: 'EdDSA',
  REQUIRE_VERIFIED_EMAIL: 'true',
  CORS_ALLOWED_ORIGIN: ORIGINS.join(),
};
const { path: PATH, list, create, textField } = EXAMPLE;
/** The first owns the folder. */
let first: Stack;
let stack: Stack;

const tokenInBanner = () => /curl -H "Authorization: Bearer ([^"]+)"/.exec(stack.output())?.[1] ?? '';
const demoUser = (): Client => makeClient(stack.apiUrl, `Bearer ${tokenInBanner()}`);

beforeAll(async () => {
  first = await startStack({ env: SETTINGS });
  stack = first;
}, TIMEOUT_MS);

afterAll(async () => {
  await stack?.stop();
  await first?.stop();
});

describe('a stack whose server signs with a key pair and whose API wants verified addresses', () => {
  it('prints a line that works when it is pasted', () => {
    const line =
      stack
        .output()
        .split('\n')
        .find((text) => text.startsWith('curl ')) ?? 'exit 1';
    const reply = execFileSync('sh', ['-c', line.replace('curl', 'curl -sS --fail')], { encoding: 'utf8' });
    expect(JSON.parse(reply)).toEqual([]);
  });

  it('gives a user with an unverified address 403', async () => {
    const call = makeClient(stack.apiUrl, `Bearer ${await fetchToken(stack.authUrl, ANN)}`);
    expect((await call(list.operationId)).body).toMatchObject({ status: 403, code: 'email_not_verified' });
    expect((await call('getMe')).body.user).toMatchObject({ email: ANN.email, emailVerified: false });
  });

  it.each(ORIGINS)(
    'lets the pages of each allowed origin read preflight, replies and refusals: %s',
    async (origin) => {
      const ask = async (path: string, method = 'GET', headers: Record<string, string> = {}) => {
        const reply = await fetch(stack.apiUrl + path, { method, headers: { origin, ...headers } });
        return [reply.status, reply.headers.get('access-control-allow-origin')];
      };
      const preflight = {
        'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization',
      };
      expect(await ask(PATH, 'OPTIONS', preflight)).toEqual([200, origin]);
      expect(await ask('/api/health')).toEqual([200, origin]);
      expect(await ask(PATH)).toEqual([401, origin]);
      expect(await ask(PATH, 'GET', { authorization: 'Bearer x' })).toEqual([401, origin]);
    },
  );

  it('names no origin that is not allowed in preflight and replies', async () => {
    for (const [path, method] of [
      [PATH, 'OPTIONS'],
      ['/api/health', 'GET'],
    ] as const) {
      const reply = await fetch(stack.apiUrl + path, { method, headers: { origin: 'https://c.example' } });
      expect(reply.headers.get('access-control-allow-origin')).toBe(ORIGINS[0]);
    }
  });

  it.each(['/api/health', '/openapi.json', '/docs'])(
    'answers HEAD %s like GET, without content',
    async (path) => {
      const [head, got] = await Promise.all([
        fetch(stack.apiUrl + path, { method: 'HEAD' }),
        fetch(stack.apiUrl + path),
      ]);
      expect([head.status, await head.text()]).toEqual([200, '']);
      for (const name of ['content-type', 'etag', 'cache-control'])
        expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)]);
      expect(await got.text()).not.toBe('');
    },
  );

  it('takes no token signed with a secret, not even with the one of its sign-in server', async () => {
    const token = mint(hmacSigner(OTHER_SECRET), { claims: goodClaims() });
    const { body } = await makeClient(stack.apiUrl, `Bearer ${token}`)(list.operationId, {
      headers: { origin: 'https://a.example' },
    });
    expect(body).toMatchObject({ status: 401, code: 'unsupported_algorithm' });
  });

  it(
    'keeps every record it acknowledged when it is killed, for the same user after a restart',
    async () => {
      const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
      const created = await Promise.all(
        texts.map((text) => demoUser()(create.operationId, { json: findMarkedBody(create, text) })),
      );
      expect(created.map(({ status }) => status)).toEqual(texts.map(() => 201));
      await stack.kill();
      stack = await startStack(stack);
      const { body } = await demoUser()(list.operationId);
      expect(body.map((record: Record<string, string>) => record[textField]).sort()).toEqual(
        [...texts].sort(),
      );
    },
    TIMEOUT_MS,
  );

  it('ends with Ctrl-C within 2 s, without a word', async () => {
    const printed = await untilQuiet(stack);
    const before = Date.now();
    stack.child.kill('SIGINT');
    expect(await stack.exited).toBe(0);
    expect(Date.now() - before).toBeLessThan(2000);
    await sleep(BUNDLER_GOODBYE_MS);
    expect(stack.output()).toBe(printed);
  });
});

/** Everything printed, once the lines of earlier requests have come through. */
async function untilQuiet({ output }: Stack): Promise<string> {
  for (let printed = output(); ; printed = output()) {
    await sleep(QUIET_MS);
    if (output() === printed) return printed;
  }
}
