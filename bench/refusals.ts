import { SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import { type RefusedHeader, usualBadTokens } from '../support/bad-tokens.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave, perCall, type Rounds } from '../support/measure/rounds.ts';
import { bearer, hmacSigner, mint } from '../support/tokens.ts';
import { floor, makeDecision } from './decision.ts';

const BATCH = { batchMs: 8 };

function variants(refused: readonly RefusedHeader[]) {
  const accepted = mint(hmacSigner());
  const decide = makeDecision(SECRET_ENV);
  const event = tokenEvent(bearer(accepted));
  return [
    { name: 'floor', sample: perCall(() => floor(accepted), BATCH) },
    { name: 'accepted', sample: perCall(() => decide(event), BATCH) },
    ...refused.map(({ code, header, env }) => {
      const refuse = makeDecision(env);
      const refusedEvent = tokenEvent(header);
      return { name: code, sample: perCall(() => refuse(refusedEvent).catch(() => undefined), BATCH) };
    }),
  ];
}

/** A benchmark of the wrong refusal would look fast. */
async function requireCodes(refused: readonly RefusedHeader[]): Promise<void> {
  for (const { code, header, env } of refused) {
    const decide = makeDecision(env);
    const result = await decide(tokenEvent(header)).catch(() => undefined);
    const said = result?.context?.['code'] ?? JSON.parse(decide.last()).code;
    if (said !== code) throw new Error(`the header for ${code} is refused with ${said}`);
  }
}

export const refusals: Benchmark = {
  ids: ['J3'],
  seconds: 15,
  run: async ({ rounds = 40 }) => {
    const refused = usualBadTokens();
    await requireCodes(refused);
    const measured = await interleave(variants(refused), rounds);
    return { results: results(measured, refused), details: [detail(measured, refused)] };
  },
};

function results(measured: Rounds, refused: readonly RefusedHeader[]) {
  const slowest = (to: string) =>
    refused
      .map(({ code }) => ({ code, figure: measured.ratio(code, to) }))
      .reduce((worst, next) => (next.figure > worst.figure ? next : worst));
  const row = (to: string, limit: number, unit: string) => {
    const { code, figure } = slowest(to);
    const note = `slowest of ${refused.length} codes: ${code}, ${measured.median(code).toFixed(1)} µs, quartiles ${measured.spread(code, to)}`;
    return { id: 'J3', what: 'a refused token', goal: { compare: '≤' as const, limit, unit }, figure, note };
  };
  return [row('floor', 5.5, '× the floor'), row('accepted', 3, '× an accepted one')];
}

function detail(measured: Rounds, refused: readonly RefusedHeader[]) {
  return {
    title: 'Refused tokens by code',
    columns: ['code', 'µs', '× the floor', '× an accepted one'],
    rows: ['accepted', ...refused.map(({ code }) => code)].map((name) => [
      name,
      measured.median(name).toFixed(1),
      measured.ratio(name, 'floor').toFixed(2),
      measured.ratio(name, 'accepted').toFixed(2),
    ]),
  };
}
