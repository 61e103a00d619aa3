import type { Env } from '../common/env.ts';
import { keysEnv, SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import { type Bundle, bundleEntry, bundleFunction } from '../support/bundles.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave } from '../support/measure/rounds.ts';
import { bearer, hmacSigner, makeKeyPair, mint, type Signer } from '../support/tokens.ts';
import { coldStart } from './measure/cold-start.ts';

const KEY = makeKeyPair('EdDSA');

/** What a deployment with the shared secret pays for a bundle that can do JWKS as well. */
export const bothModes: Benchmark = {
  ids: ['C6'],
  seconds: 25,
  run: async ({ rounds = 40 }) => {
    const deployed = await bundleFunction('authorizer');
    const lean = await bundleEntry('shared-secret-only', 'bench/fixtures/shared-secret-only.ts');
    const measured = await interleave(
      [
        start('shared secret', deployed, SECRET_ENV, hmacSigner()),
        start('shared secret again', deployed, SECRET_ENV, hmacSigner()),
        start('shared secret, bundle without JWKS', lean, SECRET_ENV, hmacSigner()),
        start('key set', deployed, keysEnv(KEY), KEY),
      ],
      rounds,
    );
    const ratio = (name: string) => measured.ratio(name, 'shared secret, bundle without JWKS');
    const noise = measured.ratio('shared secret again', 'shared secret').toFixed(2);
    return {
      results: [
        {
          id: 'C6',
          what: 'cold start with the shared secret, one bundle for both modes',
          goal: { compare: '≤', limit: 1.08, unit: '× a bundle without JWKS' },
          figure: ratio('shared secret'),
          note: `quartiles ${measured.spread('shared secret', 'shared secret, bundle without JWKS')}, the same twice ${noise}`,
        },
      ],
      details: [
        {
          title: 'One bundle for both modes',
          columns: ['mode', 'bytes', 'gzip bytes', 'cold start, ms', '× without JWKS'],
          rows: [
            ['shared secret, bundle without JWKS', lean] as const,
            ['shared secret', deployed] as const,
            ['key set', deployed] as const,
          ].map(([name, { bytes, gzipBytes }]) => [
            name,
            bytes,
            gzipBytes,
            measured.median(name).toFixed(1),
            ratio(name).toFixed(2),
          ]),
        },
      ],
    };
  },
};

function start(name: string, bundle: Bundle, env: Env, signer: Signer) {
  const nowS = Math.floor(Date.now() / 1000);
  const event = tokenEvent(bearer(mint(signer, { claims: { iat: nowS, exp: nowS + 3600 } })));
  const check = (reply: unknown) => {
    if (!JSON.stringify(reply).includes('"Allow"')) throw new Error(`${name} did not accept its token`);
  };
  return { name, sample: coldStart({ bundle: bundle.file, event, env, check }) };
}
