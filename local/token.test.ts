import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAuthenticate } from '../authorizer/authenticate.ts';
import { readAuthorizerConfig } from '../authorizer/config.ts';
import { makeLog } from '../common/log.ts';
import { type BetterAuthServer, startBetterAuthServer } from './better-auth-server.ts';
import { DEMO_USER, userIdOf } from './demo-user.ts';
import { freePorts } from './fixtures/free-ports.ts';

const TOKEN_COMMAND = fileURLToPath(new URL('./token.ts', import.meta.url));
const SECRET = 'a secret of the tests that is long enough';
let server: BetterAuthServer;
let env: Record<string, string>;

/** `npm run token -- …` as npm would run it. */
async function token(args: readonly string[], over: Record<string, string> = {}) {
  const options = { env: { PATH: process.env['PATH'], ...env, ...over } };
  return promisify(execFile)(process.execPath, [TOKEN_COMMAND, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

function identify(compact: string) {
  return makeAuthenticate(readAuthorizerConfig(env), { log: makeLog() })(`Bearer ${compact.trim()}`);
}

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const baseUrl = `http://localhost:${port}`;
  const claim = { port, purpose: 'the sign-in server', variable: 'AUTH_PORT' };
  server = await startBetterAuthServer(claim, { baseUrl, secret: SECRET, signing: 'HS256' });
  env = { AUTH_PORT: String(port), BETTER_AUTH_URL: baseUrl, BETTER_AUTH_SECRET: SECRET };
});

afterAll(() => server.stop());

describe('npm run token', () => {
  it('prints a token of the demo user and nothing else', async () => {
    const { code, stdout, stderr } = await token([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ey[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect((await identify(stdout)).userId).toBe(userIdOf(DEMO_USER.email));
  });

  it('signs another user up, and in the next time', async () => {
    const ids = [];
    for (const _ of [1, 2])
      ids.push((await identify((await token(['--email', 'ann@example.com'])).stdout)).userId);
    expect(ids).toEqual([userIdOf('ann@example.com'), userIdOf('ann@example.com')]);
  });

  it('finds the server by BETTER_AUTH_URL alone', async () => {
    expect((await token([], { AUTH_PORT: '' })).code).toBe(0);
  });

  it.each([
    [
      'no server there',
      [],
      { AUTH_PORT: '1', BETTER_AUTH_URL: '' },
      'No Better Auth server answers at http://localhost:1.',
    ],
    ['another password', ['--password', 'another password'], {}, 'could not be signed in'],
    ['an option it does not know', ['--mail', 'a@b.c'], {}, "Unknown option '--mail'"],
    [
      'no server to ask',
      [],
      { LOCAL_AUTH: 'off', BETTER_AUTH_URL: '' },
      'With LOCAL_AUTH=off, set BETTER_AUTH_URL',
    ],
  ])('says on standard error why there is no token: %s', async (_name, args, over, sentence) => {
    const { code, stdout, stderr } = await token(args, over);
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      code: 1,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(sentence);
  });
});
