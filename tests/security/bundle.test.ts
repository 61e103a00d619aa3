import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Env } from '../../common/env.ts';
import { keysEnv, METHOD_ARN, SECRET_ENV } from '../../support/authorizers.ts';
import { type Bundle, bundleFunction } from '../../support/bundles.ts';
import { bearer, mint, NOW_MS } from '../../support/tokens.ts';
import { ATTACKS, HMAC, OPEN_ENV, PAIRS } from './attack-tokens.ts';

/**
 * Loads the file that is deployed, as Lambda does, stops its clock, and asks it about every token on standard input.
 * Prints what it answered and the code it logged.
 */
const ASK = `
  const lines = [];
  console.log = (line) => lines.push(line);
  Date.now = () => ${NOW_MS};
  const { handler } = require(process.argv[1]);
  const { tokens, methodArn } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const lastCode = () => lines.map((line) => JSON.parse(line).code).findLast(Boolean);
  const ask = async (authorizationToken) => {
    try {
      const { policyDocument, context } = await handler({ type: 'TOKEN', authorizationToken, methodArn });
      return policyDocument.Statement[0].Effect === 'Allow' ? 'allow' : context.code;
    } catch (error) {
      return error.message === 'Unauthorized' ? '~' + lastCode() : 'crash: ' + error.message;
    }
  };
  const answers = [];
  (async () => {
    for (const token of tokens) answers.push(await ask(token));
    process.stdout.write(JSON.stringify(answers));
  })();
`;

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleFunction('authorizer');
});

function ask(env: Env, tokens: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['--eval', ASK, bundle.file], {
    env: { ...env } as NodeJS.ProcessEnv,
    input: JSON.stringify({ tokens: tokens.map(bearer), methodArn: METHOD_ARN }),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

describe('the file that is deployed', () => {
  it('serves either mode and both, by its settings alone', () => {
    const [hmac = '', ...byKeys] = [HMAC, ...PAIRS].map((signer) => mint(signer));
    const all = [hmac, ...byKeys];
    const accepted = byKeys.map(() => 'allow');
    const refused = byKeys.map(() => 'unsupported_algorithm');
    expect(ask(SECRET_ENV, all)).toEqual(['allow', ...refused]);
    expect(ask(keysEnv(...PAIRS), all)).toEqual(['unsupported_algorithm', ...accepted]);
    expect(ask(OPEN_ENV, all)).toEqual(['allow', ...accepted]);
  });

  it('gives every attack the verdict of the source, although parts of its libraries are left out', () => {
    const rows = ATTACKS.flatMap((table) => table.rows);
    const answers = ask(
      OPEN_ENV,
      rows.map(([, token]) => token),
    );
    const verdicts = rows.map(([name], at) => [name, answers[at]]);
    expect(verdicts).toEqual(rows.map(([name, , verdict]) => [name, verdict]));
    expect(rows.length).toBeGreaterThan(250);
  });

  it('does not start with a broken configuration', () => {
    expect(() => ask({}, [])).toThrow('ConfigError: Set BETTER_AUTH_SECRET');
  });
});
