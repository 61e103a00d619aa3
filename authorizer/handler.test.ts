import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { METHOD_ARN } from '../tests/support/authorizers.ts';
import { bearer, goodClaims, hmacSigner, ISSUER, mint, SECRET } from '../tests/support/tokens.ts';

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
      expect.objectContaining({ _aws: expect.anything(), service: 'authorizer', AuthAllowed: 1 }),
      { result: expect.objectContaining({ principalId: 'user-1' }) },
    ]);
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
