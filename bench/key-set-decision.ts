import { verify } from 'node:crypto';
import { keysEnv, tokenEvent } from '../support/authorizers.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave, perCall } from '../support/measure/rounds.ts';
import { bearer, makeKeyPair, mint } from '../support/tokens.ts';
import { makeDecision } from './decision.ts';

/** The decision in JWKS mode once the key is known, against the bare signature check of node:crypto. */
export const keySetDecision: Benchmark = {
  ids: ['J4'],
  seconds: 10,
  run: async ({ rounds = 60 }) => {
    const pair = makeKeyPair('EdDSA');
    const token = mint(pair);
    const decide = makeDecision(keysEnv(pair));
    const event = tokenEvent(bearer(token));
    const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')));
    const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
    const measured = await interleave(
      [
        { name: 'verify', sample: perCall(() => verify(null, signed, pair.publicKey, signature)) },
        { name: 'decision', sample: perCall(() => decide(event)) },
      ],
      rounds,
    );
    return {
      results: [
        {
          id: 'J4',
          what: 'decision in JWKS mode, key known, EdDSA',
          goal: { compare: '≤', limit: 2.1, unit: '× crypto.verify' },
          figure: measured.ratio('decision', 'verify'),
          note: `${measured.median('decision').toFixed(0)} µs against ${measured.median('verify').toFixed(0)} µs, quartiles ${measured.spread('decision', 'verify')}; no fetch and no key import per call is a test (tests/budgets)`,
        },
      ],
    };
  },
};
