import { jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import { SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave, perCall, type Rounds } from '../support/measure/rounds.ts';
import { bearer, hmacSigner, ISSUER, mint, NOW_MS, NOW_S, SECRET } from '../support/tokens.ts';
import { floor, KEY, makeDecision } from './decision.ts';

/** What an accepted token is compared with. The peers check the claims that they can check when asked to. */
function variants(token: string) {
  const decide = makeDecision(SECRET_ENV);
  const event = tokenEvent(bearer(token));
  const claims = { issuer: ISSUER, audience: ISSUER };
  const asked = { ...claims, algorithms: ['HS256' as const], clockTimestamp: NOW_S };
  const joseKey = new TextEncoder().encode(SECRET);
  const joseAsked = { ...claims, algorithms: ['HS256'], currentDate: new Date(NOW_MS) };
  return [
    { name: 'floor', sample: perCall(() => floor(token)) },
    { name: 'floor again', sample: perCall(() => floor(token)) },
    { name: 'decision', sample: perCall(() => decide(event)) },
    { name: "jwt.verify(token, 'string')", sample: perCall(() => jwt.verify(token, SECRET, asked)) },
    { name: 'jwt.verify(token, KeyObject)', sample: perCall(() => jwt.verify(token, KEY, asked)) },
    { name: 'jose jwtVerify', sample: perCall(() => jwtVerify(token, joseKey, joseAsked)) },
  ];
}

export const authorizerDecision: Benchmark = {
  ids: ['J1', 'J2'],
  seconds: 20,
  run: async ({ rounds = 60 }) => {
    const compared = variants(mint(hmacSigner()));
    const measured = await interleave(compared, rounds);
    return { results: results(measured), details: [detail(measured, compared)] };
  },
};

function results(measured: Rounds) {
  const noise = `the floor against itself ${measured.ratio('floor again', 'floor').toFixed(2)}`;
  const decisionUs = `${measured.median('decision').toFixed(1)} µs, floor ${measured.median('floor').toFixed(1)} µs`;
  const faster = (peer: string) => ({
    figure: measured.ratio(peer, 'decision'),
    note: `${measured.median(peer).toFixed(1)} µs, quartiles ${measured.spread(peer, 'decision')}`,
  });
  return [
    {
      id: 'J1',
      what: 'authorizer decision, warm, HS256',
      goal: { compare: '≤' as const, limit: 2.3, further: 1.6, unit: '× the floor' },
      figure: measured.ratio('decision', 'floor'),
      note: `${decisionUs}, quartiles ${measured.spread('decision', 'floor')}, ${noise}`,
    },
    {
      id: 'J2',
      what: "faster than jwt.verify(token, 'string') alone",
      goal: { compare: '≥' as const, limit: 2.4, unit: '× faster' },
      ...faster("jwt.verify(token, 'string')"),
    },
    {
      id: 'J2',
      what: "faster than jose's jwtVerify alone",
      goal: { compare: '≥' as const, limit: 4, unit: '× faster' },
      ...faster('jose jwtVerify'),
    },
  ];
}

function detail(measured: Rounds, compared: ReturnType<typeof variants>) {
  return {
    title: 'One accepted HS256 token',
    columns: ['', 'µs', '× the floor'],
    rows: compared.map(({ name }) => [
      name,
      measured.median(name).toFixed(1),
      measured.ratio(name, 'floor').toFixed(2),
    ]),
  };
}
