import { setTimeout as sleep } from 'node:timers/promises';
import { keysEnv, tokenEvent } from '../support/authorizers.ts';
import { bundleEntry, bundleFunction } from '../support/bundles.ts';
import { startIssuer } from '../support/issuer.ts';
import type { Benchmark, Result } from '../support/measure/result.ts';
import { interleave, type Rounds } from '../support/measure/rounds.ts';
import { bearer, ISSUER, makeKeyPair, mint } from '../support/tokens.ts';
import { emptyStart, HOUR_S, requireReply } from './authorizer-start.ts';
import { coldStart } from './measure/cold-start.ts';

const KEY = makeKeyPair('EdDSA');
const AWAY_MS = 150;

/** What a cold start in JWKS mode waits for an issuer that answers after 150 ms, when the fetch overlaps with the start. */
export const keySetStart: Benchmark = {
  ids: ['C7'],
  seconds: 30,
  run: async ({ rounds = 40 }) => {
    const issuer = await startIssuer(async (_request, response) => {
      await sleep(AWAY_MS);
      response.end(JSON.stringify({ keys: [KEY.jwk] }));
    });
    try {
      const variants = await startsWith(issuer.url);
      return { results: [resultOf(await interleave(variants, rounds))] };
    } finally {
      await issuer.stop();
    }
  },
};

async function startsWith(keySetUrl: URL) {
  const { file } = await bundleFunction('authorizer');
  const nowS = Math.floor(Date.now() / 1000);
  const token = mint(KEY, { claims: { iat: nowS, exp: nowS + HOUR_S } });
  const start = { bundle: file, event: tokenEvent(bearer(token)), check: requireReply('"Allow"') };
  const far = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: keySetUrl.href };
  return [
    { name: 'empty', sample: coldStart(emptyStart(await bundleEntry('empty', 'bench/fixtures/empty.ts'))) },
    { name: 'keys at hand', sample: coldStart({ ...start, env: keysEnv(KEY) }) },
    {
      name: 'one request',
      sample: coldStart({
        ...emptyStart(await bundleEntry('one-request', 'bench/fixtures/one-request.ts')),
        env: { BETTER_AUTH_JWKS_URL: keySetUrl.href },
      }),
    },
    { name: 'issuer far away', sample: coldStart({ ...start, env: far }) },
  ];
}

/** Nothing of the function runs before an empty one would have replied, so times count from there. */
function resultOf(measured: Rounds): Result {
  const from = (name: string) => measured.median(name) - measured.median('empty');
  const start = from('keys at hand');
  const figure = from('issuer far away') - Math.max(start, AWAY_MS);
  return {
    id: 'C7',
    what: `authorizer cold start in JWKS mode with an issuer ${AWAY_MS} ms away, beyond the longer of start and fetch`,
    goal: { compare: '≤', limit: 15, unit: 'ms' },
    figure,
    note: `${from('issuer far away').toFixed(0)} ms to the first policy, ${start.toFixed(0)} ms with the keys at hand, ${from('one request').toFixed(0)} ms for a handler that only makes the request. All are after an empty handler, ${measured.median('empty').toFixed(0)} ms`,
  };
}
