import { execFile, spawnSync } from 'node:child_process';
import type { RequestListener } from 'node:http';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { METHOD_ARN } from '../support/authorizers.ts';
import { startIssuer } from '../support/issuer.ts';
import { bearer, goodClaims, hmacSigner, ISSUER, makeKeyPair, mint, SECRET } from '../support/tokens.ts';

/** Loads the Lambda entry in a process of its own and calls it, as the runtime does. */
function runEntry(env: Record<string, string>, event: object) {
  const script = `const { handler } = await import('./authorizer/handler.ts');
    console.log(JSON.stringify({ result: await handler(${JSON.stringify(event)}) }));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', script],
    { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' },
  );
  return {
    status,
    stderr,
    lines: stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

const nowS = Math.floor(Date.now() / 1000);
const token = mint(hmacSigner(), { claims: goodClaims({ iat: nowS, exp: nowS + 900 }) });
const event = { type: 'TOKEN', authorizationToken: bearer(token), methodArn: METHOD_ARN };

describe('the Lambda entry', () => {
  it('wires the environment of the process to the authorizer', () => {
    const { status, lines } = runEntry({ BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET }, event);
    expect(status).toBe(0);
    expect(lines).toEqual([
      { level: 'info', message: 'authentication allowed' },
      { result: expect.objectContaining({ principalId: 'user-1' }) },
    ]);
  });

  describe('in JWKS mode', () => {
    const pair = makeKeyPair('EdDSA');
    const keyEvent = {
      ...event,
      authorizationToken: bearer(mint(pair, { claims: goodClaims({ iat: nowS, exp: nowS + 900 }) })),
    };

    /**
     * Loads the entry and calls it when the issuer has answered the request that loading caused.
     *
     * @param awaited what the entry prints then. Without it the wait is long enough for an answer.
     */
    async function runLater(answer: RequestListener, { env = {}, given = keyEvent, awaited = '' } = {}) {
      const issuer = await startIssuer(answer);
      try {
        const script = `let printed = '';
          const write = process.stdout.write.bind(process.stdout);
          process.stdout.write = (text) => write((printed += text, text));
          const { handler } = await import('./authorizer/handler.ts');
          const isOver = () => ${awaited !== ''} && printed.includes(${JSON.stringify(awaited)});
          for (let waits = 0; waits < 100 && !isOver(); waits += 1) {
            await new Promise((later) => setTimeout(later, ${awaited === '' ? 3 : 50}));
          }
          console.log(JSON.stringify({ early: true }));
          console.log(JSON.stringify({ result: await handler(${JSON.stringify(given)}) }));`;
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          ['--no-warnings', '--input-type=module', '--eval', script],
          {
            env: {
              PATH: process.env['PATH'],
              BETTER_AUTH_URL: ISSUER,
              BETTER_AUTH_JWKS_URL: issuer.url.href,
              ...env,
            },
          },
        );
        const [before = '', after = ''] = stdout.split('{"early":true}');
        return { requests: issuer.requests.length, before, after, stderr };
      } finally {
        await issuer.stop();
      }
    }

    it('fetches the key set while it starts', async () => {
      const { requests, before, after } = await runLater((_request, response) =>
        response.end(JSON.stringify({ keys: [pair.jwk] })),
      );
      expect(requests).toBe(1);
      expect(before).toBe('');
      expect(after).toContain('"principalId":"user-1"');
    });

    it('asks again for the first token when that fails', async () => {
      let answered = 0;
      const failFirst: RequestListener = (_request, response) => {
        answered += 1;
        response.writeHead(answered === 1 ? 500 : 200).end(JSON.stringify({ keys: [pair.jwk] }));
      };
      const awaited = 'the issuer answered 500';
      const { requests, before, after, stderr } = await runLater(failFirst, { awaited });
      expect(requests).toBe(2);
      expect(before).toContain(awaited);
      expect(after).toContain('"principalId":"user-1"');
      expect(stderr).toBe('');
    });

    it('fetches nothing while it starts when there is a shared secret too', async () => {
      const { requests, after } = await runLater(
        (_request, response) => response.end(JSON.stringify({ keys: [pair.jwk] })),
        { env: { BETTER_AUTH_SECRET: SECRET }, given: event },
      );
      expect(requests).toBe(0);
      expect(after).toContain('"principalId":"user-1"');
    });
  });

  it('does not start with a broken configuration, and says what to set', () => {
    const { status, stderr, lines } = runEntry(
      { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: 'canary-short' },
      event,
    );
    expect(status).not.toBe(0);
    expect(lines).toEqual([]);
    expect(stderr).toContain('ConfigError: BETTER_AUTH_SECRET must be at least 32 characters long.');
    expect(stderr).not.toContain('canary-short');
  });
});
