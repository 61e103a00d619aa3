import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Env } from '../../common/env.ts';
import { keysEnv, METHOD_ARN, SECRET_ENV } from '../../support/authorizers.ts';
import { attackTables, openEnv } from '../../support/bad-tokens.ts';
import { type Bundle, bundleFunction } from '../../support/bundles.ts';
import { bearer, mint, NOW_MS, tokenMaker } from '../../support/tokens.ts';

const { hmac: HMAC, pairs: PAIRS } = tokenMaker;
const OPEN_ENV = openEnv();

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

function ask(env: Env, headers: readonly (string | undefined)[]): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['--eval', ASK, bundle.file], {
    env: { ...env } as NodeJS.ProcessEnv,
    input: JSON.stringify({ tokens: headers, methodArn: METHOD_ARN }),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

describe('the file that is deployed', () => {
  it('serves either mode and both, by its settings alone', () => {
    const [hmac = '', ...byKeys] = [HMAC, ...PAIRS].map((signer) => bearer(mint(signer)));
    const all = [hmac, ...byKeys];
    const accepted = byKeys.map(() => 'allow');
    const refused = byKeys.map(() => 'unsupported_algorithm');
    expect(ask(SECRET_ENV, all)).toEqual(['allow', ...refused]);
    expect(ask(keysEnv(...PAIRS), all)).toEqual(['unsupported_algorithm', ...accepted]);
    expect(ask(OPEN_ENV, all)).toEqual(['allow', ...accepted]);
  });

  it('gives every attack the verdict of the source, although parts of its libraries are left out', () => {
    const rows = attackTables().flatMap((table) => table.rows);
    const bySettings = Map.groupBy(rows, ({ env }) => JSON.stringify(env));
    for (const [env, group] of bySettings) {
      const answers = ask(
        JSON.parse(env) as Env,
        group.map(({ header }) => header),
      );
      const verdicts = group.map(({ name }, at) => [name, answers[at]]);
      expect(verdicts).toEqual(group.map(({ name, verdict }) => [name, verdict]));
    }
    expect(rows.length).toBeGreaterThan(350);
  });

  it('does not start with a broken configuration', () => {
    expect(() => ask({}, [])).toThrow('ConfigError: Set BETTER_AUTH_SECRET');
  });
});
