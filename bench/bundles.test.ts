import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { METHOD_ARN, SECRET_ENV } from '../support/authorizers.ts';
import type { Bundle } from '../support/bundles.ts';
import { FUNCTION_NAMES } from '../support/operations.ts';
import { EXAMPLE } from '../support/resources.ts';
import { bearer, hmacSigner, makeKeyPair, mint, OTHER_SECRET } from '../support/tokens.ts';
import { budgetOf, isPlainHandler } from './budgets.ts';

const RUNNER = resolve('bench/cold-runner.cjs');
const run = promisify(execFile);

/** Writes which parts of Node a bundle loads. */
const LOADED = `
  const before = new Set(process.moduleLoadList);
  require(process.argv[1]);
  const loaded = process.moduleLoadList.filter((name) => !before.has(name));
  console.log(JSON.stringify(loaded));
`;
/** Parts of Node that libraries once brought along, for a millisecond or two each. */
const UNUSED = [
  'NativeModule fs/promises',
  'NativeModule internal/crypto/webcrypto',
  'NativeModule perf_hooks',
  'NativeModule stream/consumers',
  'NativeModule timers/promises',
];

describe('the bundles that are deployed', () => {
  let bundles: readonly Bundle[];
  beforeAll(async () => {
    const { stdout } = await run(process.execPath, ['--no-warnings', 'bench/build-bundles.ts']);
    bundles = JSON.parse(stdout);
  }, 60_000);

  it('are each within their budget', () => {
    const names = bundles.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['authorizer', ...FUNCTION_NAMES]));
    const over = bundles.flatMap(({ name, bytes, gzipBytes }) => {
      const budget = budgetOf(name);
      const isWithin = bytes <= budget.bytes && gzipBytes <= budget.gzipBytes;
      const say = `${name}: ${bytes} bytes, gzip ${gzipBytes}. Make it smaller, or add its budget to bench/budgets.ts`;
      return isWithin ? [] : [say];
    });
    expect(over).toEqual([]);
  });

  it('bring nothing of Node into a cold start that a request to DynamoDB does without', async () => {
    const bundle = bundles.find(({ name }) => name === EXAMPLE.get.functionName);
    const { stdout } = await run(process.execPath, ['-e', LOADED, String(bundle?.file)]);
    const loaded = JSON.parse(stdout);
    expect(loaded).toContain('NativeModule https');
    expect(loaded.filter((name: string) => UNUSED.includes(name))).toEqual([]);
  });

  it('hold no regular expression for which V8 looks letters up at each start', () => {
    const handlers = bundles.filter(({ name }) => name === 'authorizer' || isPlainHandler(name));
    const holding = handlers.filter(({ file }) => /(?<!\\)\\p\{/.test(readFileSync(file, 'utf8')));
    expect(holding.map(({ name }) => name)).toEqual([]);
  });

  it('decide as the sources do, with parts of the libraries left out', async () => {
    const authorizer = bundles.find(({ name }) => name === 'authorizer');
    const key = makeKeyPair('ES256');
    const env = { ...SECRET_ENV, BETTER_AUTH_JWKS: JSON.stringify({ keys: [key.jwk] }) };
    const times = { iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 600 };
    const verdicts = [hmacSigner(), hmacSigner(OTHER_SECRET), key].map(async (signer) => {
      const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
      const event = join(directory, 'event.json');
      const authorizationToken = bearer(mint(signer, { claims: times }));
      writeFileSync(event, JSON.stringify({ type: 'TOKEN', methodArn: METHOD_ARN, authorizationToken }));
      const { stdout } = await run(process.execPath, [RUNNER, String(authorizer?.file), event], {
        env: { ...env },
      });
      const { context } = JSON.parse(stdout);
      return context.code ?? context.userId;
    });
    expect(await Promise.all(verdicts)).toEqual(['user-1', 'bad_signature', 'user-1']);
  }, 30_000);
});
