import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { COOL_DOWN_MS, FRESH_MS } from '../../authorizer/key-cache.ts';
import { startAuthorizer, verdictOf } from '../../support/authorizers.ts';
import { startIssuer } from '../../support/issuer.ts';
import {
  hmacSigner,
  ISSUER,
  type KeyPair,
  makeKeyPair,
  mint,
  NOW_MS,
  OTHER_SECRET,
} from '../../support/tokens.ts';
import { inParallel, makeRandom, pick, type Scenario, SEED } from './scenario.ts';

const STEPS = { full: 4000, short: 300 };
const WALKS = { full: 20, short: 3 };
/** A set is used this long while the issuer is down: the largest that can be set. */
const MAX_STALE_MS = 24 * 3_600_000;

const KEYS = { first: makeKeyPair('EdDSA', 'first'), second: makeKeyPair('ES256', 'second') };
const ATTACKER = makeKeyPair('EdDSA', 'first');

const publish = (...pairs: readonly KeyPair[]) => JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) });
const say =
  (body: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };

/** What an issuer may do instead of answering with its keys. */
const FAULTS: Readonly<Record<string, RequestListener>> = {
  'answers 500': say('{}', 500),
  'answers 404': say('{}', 404),
  'cuts the connection': (request) => void request.socket.destroy(),
  'cuts the answer': (_request, response) => {
    response.writeHead(200, { 'content-length': '500' }).write('{"keys":[');
    setTimeout(() => response.destroy(), 10);
  },
  'never answers': () => {},
  drips: (_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
  },
  'answers with 10 MB': say(JSON.stringify({ keys: ['x'.repeat(10_000_000)] })),
  'answers with HTML': say('<html>'),
  'answers with another JSON': say('{"keys":{}}'),
  'answers with no key': say('{"keys":[]}'),
  'answers with keys of no use': say(
    '{"keys":[null,1,{},{"kid":"first"},{"kid":"first","kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"AA"}]}',
  ),
  'answers with a symmetric key': say(
    JSON.stringify({ keys: [{ kty: 'oct', kid: 'first', alg: 'HS256', k: 'c2VjcmV0' }] }),
  ),
  'redirects to another origin': (_request, response) =>
    void response.writeHead(302, { location: 'http://127.0.0.1:9/jwks' }).end(),
  'redirects for ever': (_request, response) => void response.writeHead(302, { location: '/jwks' }).end(),
};

export const issuerFaults: Scenario = {
  name: 'Issuer faults',
  promise:
    'In JWKS mode no valid token is refused while its key is known, and no invalid one is accepted. The answer is 503 only when the keys cannot be had.',
  run: async (scale) => {
    const faults = Object.entries(FAULTS);
    await inParallel(
      faults.map(
        ([name, fault]) =>
          () =>
            named(name, () => playOut(fault)),
      ),
      faults.length,
    );
    let steps = 0;
    for (let walk = 0; walk < WALKS[scale]; walk += 1) {
      steps += await wander(SEED + walk, STEPS[scale] / WALKS[scale]);
    }
    return [
      { what: 'faults over real HTTP, at the start, later and in recovery', figure: String(faults.length) },
      { what: 'steps of random walks through faults, key rotations and time', figure: String(steps) },
      { what: 'valid tokens refused while their key was known', figure: '0', limit: '0' },
      { what: 'invalid tokens accepted', figure: '0', limit: '0' },
      {
        what: '503 although the keys could be had, or another answer when they could not',
        figure: '0',
        limit: '0',
      },
    ];
  },
};

async function named(name: string, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    throw new Error(`an issuer that ${name}: ${(error as Error).message}`, { cause: error });
  }
}

function requireVerdict(seen: string, expected: string, when: string): void {
  if (seen !== expected) throw new Error(`${when} the verdict was ${seen}, not ${expected}`);
}

/** Down at the start, up, down later with the keys in hand, beyond all patience, and up again with another key. */
async function playOut(fault: RequestListener): Promise<void> {
  let answer: RequestListener = fault;
  const issuer = await startIssuer((request, response) => answer(request, response));
  try {
    let nowMs = NOW_MS;
    const env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: issuer.url.href };
    const authorizer = startAuthorizer(env, { now: () => nowMs });
    const ask = (pair: KeyPair) =>
      verdictOf(authorizer, mint(pair, { claims: { iat: nowMs / 1000, exp: nowMs / 1000 + 60 } }));
    const pass = (ms: number) => {
      nowMs += Math.ceil(ms / 1000) * 1000;
    };

    requireVerdict(await ask(KEYS.first), 'unavailable', 'at the start');
    requireVerdict(
      await verdictOf(authorizer, mint(hmacSigner(OTHER_SECRET))),
      'unsupported_algorithm',
      'at the start',
    );
    answer = say(publish(KEYS.first));
    pass(2000);
    requireVerdict(await ask(KEYS.first), 'allow', 'once the issuer answered');
    requireVerdict(await ask(ATTACKER), 'bad_signature', 'for a forged token');
    answer = fault;
    pass(FRESH_MS + 1000);
    requireVerdict(await ask(KEYS.first), 'allow', 'while the issuer is down and the key known');
    requireVerdict(await ask(KEYS.second), 'unavailable', 'for a key that only the issuer could tell');
    // Not cached: only the issuer could tell whether the id of the key stands for another key by now.
    requireVerdict(await ask(ATTACKER), '~bad_signature', 'for a forged token during the outage');
    pass(MAX_STALE_MS);
    requireVerdict(await ask(KEYS.first), 'unavailable', 'after a day without the issuer');
    answer = say(publish(KEYS.second));
    pass(COOL_DOWN_MS + 1000);
    requireVerdict(await ask(KEYS.second), 'allow', 'once the issuer is back with another key');
    requireVerdict((await ask(KEYS.first)).replace('~', ''), 'unknown_key', 'for a key that was withdrawn');
  } finally {
    await issuer.stop();
  }
}

/** What the issuer does in a random walk. `keys` is what it would publish if it could be reached. */
interface World {
  nowMs: number;
  up: boolean;
  keys: readonly KeyPair[];
  /** Keys of the last answer that the authorizer got, and when. */
  held: readonly KeyPair[];
  heldAt: number;
  /** How many answers that were. */
  answers: number;
}

/** Presents tokens at random moments of a flapping, rotating issuer and holds each verdict against what may be known. */
async function wander(seed: number, steps: number): Promise<number> {
  const random = makeRandom(seed);
  const world: World = {
    nowMs: NOW_MS,
    up: random() < 0.5,
    keys: [KEYS.first],
    held: [],
    heldAt: 0,
    answers: 0,
  };
  const authorizer = startAuthorizer(
    { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/api/auth/jwks` },
    { now: () => world.nowMs, fetch: makeFlappingFetch(world) },
  );
  for (let step = 0; step < steps; step += 1) {
    if (random() < 0.3) world.up = !world.up;
    if (random() < 0.1) world.keys = pick(random, [[KEYS.first], [KEYS.second], [KEYS.first, KEYS.second]]);
    world.nowMs += pick(random, [0, 0, 1000, 31_000, 61_000, FRESH_MS + 1000, 3_600_000]);
    const signer = pick(random, [KEYS.first, KEYS.second, ATTACKER]);
    const before = { ...world };
    const claims = { iat: world.nowMs / 1000, exp: world.nowMs / 1000 + 60 };
    const verdict = (await verdictOf(authorizer, mint(signer, { claims }))).replace('~', '');
    judge(signer, verdict, { before, after: world });
    await sleep(0);
  }
  return steps;
}

function makeFlappingFetch(world: World): typeof fetch {
  return (async () => {
    if (!world.up) throw new TypeError('fetch failed');
    world.held = world.keys;
    world.heldAt = world.nowMs;
    world.answers += 1;
    return new Response(publish(...world.keys));
  }) as typeof fetch;
}

function judge(signer: KeyPair, verdict: string, { before, after }: { before: World; after: World }): void {
  const held = (world: World) =>
    world.nowMs - world.heldAt <= MAX_STALE_MS && world.held.some(({ kid }) => kid === signer.kid);
  const isForged = signer === ATTACKER;
  const allowed = isForged ? 'bad_signature' : 'allow';
  const asked = after.answers > before.answers;
  const isKnown = (held(before) && !asked) || held(after);
  if (isKnown) requireVerdict(isForged ? verdict.replace('~', '') : verdict, allowed, 'with a known key');
  else requireUnknown(verdict, { isForged, asked });
}

function requireUnknown(verdict: string, { isForged, asked }: { isForged: boolean; asked: boolean }): void {
  if (isForged && verdict === 'allow') throw new Error('a forged token was accepted');
  if (verdict === 'allow') throw new Error('a token was accepted although its key is not known');
  if (verdict === 'unavailable' && asked) throw new Error('503 although the issuer had just answered');
  if (verdict !== 'unavailable' && verdict !== 'unknown_key')
    throw new Error(`an unknown key led to ${verdict}`);
}
