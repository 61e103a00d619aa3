import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAuthenticate } from '../../authorizer/authenticate.ts';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { makeLog } from '../../common/log.ts';
import { type BetterAuthServer, startBetterAuthServer } from '../sign-in/better-auth-server.ts';
import { DEMO_USER, userIdOf } from '../sign-in/demo-user.ts';
import { makeToken } from './make-token.ts';
import { explain } from './report.ts';

const SECRET = 'a secret of the tests that is long enough';
let server: BetterAuthServer;
let env: Record<string, string>;

/** `npm run token -- …` without the npm. */
const token = (args: readonly string[] = [], over: Record<string, string> = {}) =>
  makeToken(args, { ...env, ...over });

/** A command of package.json in a process of its own. */
async function run(file: string, { args = [], input = '' }: { args?: readonly string[]; input?: string }) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const running = promisify(execFile)(process.execPath, [path, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  running.child.stdin?.end(input);
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

function settingsOf(over: Record<string, string> = {}) {
  const config = readAuthorizerConfig({ ...env, ...over });
  return { config, requireVerifiedEmail: false, nowMs: Date.now() };
}

const identify = (compact: string) => {
  const log = makeLog({ write: () => {} });
  return makeAuthenticate(settingsOf().config, { log })(`Bearer ${compact}`);
};

beforeAll(async () => {
  const claim = { port: 0, purpose: 'the sign-in server', variable: 'AUTH_PORT' };
  const baseUrl = 'http://localhost:4701';
  server = await startBetterAuthServer(claim, { baseUrl, secret: SECRET, signing: 'HS256' });
  env = { AUTH_PORT: new URL(server.url).port, BETTER_AUTH_URL: baseUrl, BETTER_AUTH_SECRET: SECRET };
});

afterAll(() => server.stop());

describe('npm run token', () => {
  it('prints a token and nothing else', async () => {
    const { code, stdout, stderr } = await run('./token.ts', {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ey[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it('prints one sentence on standard error when there is none', async () => {
    const { code, stdout, stderr } = await run('./token.ts', { args: ['--password', 'another password'] });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^demo@example\.com could not be signed in at \S+: .+\n$/);
  });

  it('shows how it is used with --help, without a server', async () => {
    const usage = await token(['--help'], { AUTH_PORT: '1' });
    expect(usage).toMatch(/^Usage: npm run -s token/);
    for (const option of ['--email', '--alg', '--expired', '--session-cookie'])
      expect(usage).toContain(option);
  });

  it('signs in the demo user unless told otherwise', async () => {
    expect((await identify(await token())).userId).toBe(userIdOf(DEMO_USER.email));
  });

  it('signs another user up, and in the next time', async () => {
    const ids = [];
    for (const _ of [1, 2]) ids.push((await identify(await token(['--email', 'ann@example.com']))).userId);
    expect(ids).toEqual([userIdOf('ann@example.com'), userIdOf('ann@example.com')]);
  });

  it('finds the server by BETTER_AUTH_URL alone', async () => {
    await expect(token([], { AUTH_PORT: '', BETTER_AUTH_URL: server.url })).resolves.toContain('.');
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['no server there', [], { AUTH_PORT: '1' }, 'No Better Auth server answers at http://localhost:1'],
    [
      'no server to ask',
      [],
      { LOCAL_AUTH: 'off', BETTER_AUTH_URL: '' },
      'With LOCAL_AUTH=off, set BETTER_AUTH_URL',
    ],
    ['an option it does not know', ['--mail', 'a@b.c'], {}, "Unknown option '--mail'"],
    ['two bad tokens at a time', ['--expired', '--no-expiry'], {}, 'Give only one of these options'],
    ['an algorithm there is not', ['--alg', 'none'], {}, '--alg must be HS256'],
  ])('says why there is no token: %s', async (_name, args, over, sentence) => {
    await expect(token(args, over)).rejects.toThrow(sentence);
  });
});

describe('a bad token, explained', () => {
  it.each([
    ['none', [], 'The API accepts it.'],
    ['--alg of the server itself', ['--alg', 'HS256'], 'The API accepts it.'],
    ['--expired', ['--expired'], '401 token_expired'],
    ['--wrong-audience', ['--wrong-audience'], '401 wrong_audience'],
    ['--wrong-secret', ['--wrong-secret'], '401 bad_signature'],
    ['--no-expiry', ['--no-expiry'], '401 missing_expiry'],
    ['--session-cookie', ['--session-cookie'], '401 session_cookie_token'],
    ['--alg EdDSA', ['--alg', 'EdDSA'], '401 unsupported_algorithm'],
    ['--alg HS512', ['--alg', 'HS512'], '401 unsupported_algorithm'],
  ])('%s', async (_name, args, conclusion) => {
    const specimen = await token(args);
    const { report } = await explain(specimen, settingsOf());
    expect(report).toContain(conclusion);
    for (const part of [SECRET, ...specimen.split('.')]) expect(report).not.toContain(part);
  });

  it('needs a secret, and says so where the API has none', async () => {
    const keysOnly = { BETTER_AUTH_SECRET: '', LOCAL_AUTH_ALG: 'EdDSA' };
    await expect(token(['--expired'], keysOnly)).rejects.toThrow(
      'signed with the shared secret, and the API has none',
    );
  });
});

describe('npm run explain-token', () => {
  it.each([
    ['accepted', [], 0],
    ['refused', ['--expired'], 1],
  ])('ends with the code for an %s token', async (_name, args, code) => {
    const specimen = await token(args);
    expect((await run('./explain-token.ts', { args: ['-'], input: `${specimen}\n` })).code).toBe(code);
    expect((await run('./explain-token.ts', { args: [specimen] })).code).toBe(code);
  });

  it('understands a curl line, JSON and a token in lines, and says so', async () => {
    const good = await token();
    const header = ['curl', '-H', `Authorization: Bearer ${good}`, 'http://localhost:4700/api/tasks'];
    for (const [args, input, note] of [
      [header, '', 'The token was taken out of a header.'],
      [['-'], JSON.stringify({ token: good }), 'The token was taken out of JSON.'],
      [['-'], good.replace(/.{70}/g, '$&\n'), 'White space in the token was removed.'],
    ] as const) {
      const { code, stdout } = await run('./explain-token.ts', { args, input });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(note) });
    }
  });

  it('shows how it is used with --help', async () => {
    const { code, stdout } = await run('./explain-token.ts', { args: ['--help'] });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Usage: npm run -s explain-token/),
    });
  });

  it('says how it is used', async () => {
    const { code, stderr } = await run('./explain-token.ts', {});
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('npm run -s explain-token -- --help'),
    });
  });
});
