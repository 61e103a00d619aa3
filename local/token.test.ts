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
const EXPLAIN_COMMAND = fileURLToPath(new URL('./explain-token.ts', import.meta.url));
const SECRET = 'a secret of the tests that is long enough';
let server: BetterAuthServer;
let env: Record<string, string>;

/** `npm run token -- …` as npm would run it. */
const token = (args: readonly string[], over?: Record<string, string>) => run(TOKEN_COMMAND, args, over);

/** `npm run explain-token -- -` with the token on standard input. */
const explain = (input: string) => run(EXPLAIN_COMMAND, ['-'], {}, input);

async function run(command: string, args: readonly string[], over: Record<string, string> = {}, input = '') {
  const options = { env: { PATH: process.env['PATH'], ...env, ...over } };
  const running = promisify(execFile)(process.execPath, [command, ...args], options);
  running.child.stdin?.end(input);
  return running.then(
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

describe('npm run token for a specimen, and npm run explain-token of it', () => {
  it.each([
    ['nothing', [], 'accepts it'],
    ['--alg HS256, what the server signs with', ['--alg', 'HS256'], 'accepts it'],
    ['--expired', ['--expired'], '401 token_expired'],
    ['--wrong-audience', ['--wrong-audience'], '401 wrong_audience'],
    ['--wrong-secret', ['--wrong-secret'], '401 bad_signature'],
    ['--no-expiry', ['--no-expiry'], '401 missing_expiry'],
    ['--session-cookie', ['--session-cookie'], '401 session_cookie_token'],
    ['--alg EdDSA', ['--alg', 'EdDSA'], '401 unsupported_algorithm'],
    ['--alg HS512', ['--alg', 'HS512'], '401 unsupported_algorithm'],
  ])('%s', async (_name, args, conclusion) => {
    const specimen = (await token(args)).stdout.trim();
    const { code, stdout, stderr } = await explain(specimen);
    expect({ code, stderr }).toEqual({ code: conclusion === 'accepts it' ? 0 : 1, stderr: '' });
    expect(stdout).toContain(conclusion);
    for (const part of [SECRET, ...specimen.split('.')]) expect(stdout).not.toContain(part);
  });

  it.each([
    ['two at a time', ['--expired', '--no-expiry'], 'Ask for one specimen at a time'],
    ['an algorithm there is not', ['--alg', 'none'], '--alg must be HS256'],
  ])('is not had for %s', async (_name, args, sentence) => {
    const { code, stdout, stderr } = await token(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('takes the token as an argument too, and says how it is used without one', async () => {
    const { stdout } = await token([]);
    expect((await run(EXPLAIN_COMMAND, [stdout.trim()])).code).toBe(0);
    const { code, stderr } = await run(EXPLAIN_COMMAND, []);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('npm run explain-token -- <jwt | ->'),
    });
  });
});
