import { EXAMPLE } from '../../support/resources.ts';
import { describeState, type Stack } from '../../support/stack.ts';
import { authorizationOf } from '../../support/tokens.ts';
import { type HostileRequest, makeCorpus } from './hostile-corpus.ts';
import { makeHttpCall } from './http-call.ts';
import { inParallel, type Scenario, SEED } from './scenario.ts';
import { sendBytes } from './send-bytes.ts';

const REQUESTS = { full: 3000, short: 300 };
const CONCURRENCY = 4;
/** How often a well-formed request is sent between the others. */
const PROBE_EVERY = 25;

/** The user in whose name nothing may be written. */
export const VICTIM = 'victim';

export const hostileHttp: Scenario = {
  name: 'Hostile HTTP',
  promise:
    'Malformed bodies, encodings, headers, paths and parameters are refused with a documented 4xx and never a 5xx. Nothing refused writes anything, and the next request is unharmed.',
  run: async (scale, stacks) => {
    const stack = await stacks.open();
    try {
      const authorizations = { victim: authorizationOf(VICTIM), other: authorizationOf('other') };
      const corpus = makeCorpus(SEED, REQUESTS[scale], authorizations);
      await requireUnharmed(stack);
      const seen = new Map<string, number>();
      let probes = 0;
      const jobs = corpus.map((hostile, index) => async () => {
        const status = await refuse(stack, hostile);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        if (index % PROBE_EVERY !== 0) return;
        probes += 1;
        await requireUnharmed(stack);
      });
      await inParallel(jobs, CONCURRENCY);
      await requireUnharmed(stack);
      const statuses = [...seen].sort(([one], [other]) => one.localeCompare(other));
      return [
        { what: 'hostile requests, generated from a seed', figure: String(corpus.length) },
        { what: 'kinds of them', figure: String(new Set(corpus.map(({ kind }) => kind)).size) },
        {
          what: 'answers by status',
          figure: statuses.map(([status, count]) => `${status}: ${count}`).join(', '),
        },
        { what: 'well-formed requests between them, all answered', figure: String(probes) },
        {
          what: 'of them 201: lawful after all, such as a title of zero-width spaces; sent as another user',
          figure: String(seen.get('201') ?? 0),
        },
        {
          what: '5xx, undocumented answers, records written by what was to be refused',
          figure: '0',
          limit: '0',
        },
      ];
    } finally {
      await stacks.close(stack);
    }
  },
};

/** Sends the bytes as they are, which no HTTP client would. */
async function refuse(stack: Stack, { kind, bytes, accepts, afterwards }: HostileRequest): Promise<string> {
  const reply = await sendBytes(stack.apiUrl, bytes, afterwards);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1] ?? 'connection closed';
  if (accepts.includes(status)) return status;
  throw new Error(
    `${kind} was answered with ${status}, not ${accepts.join(' or ')}:\n${bytes.toString('latin1').slice(0, 400)}\n→ ${reply.slice(0, 400)}\n${describeState(stack)}`,
  );
}

/** The API answers, and the user in whose name everything was sent still has no record. */
export async function requireUnharmed(stack: Stack): Promise<void> {
  const call = makeHttpCall(stack.apiUrl);
  const { status, json } = await call(EXAMPLE.list.operationId, { user: VICTIM });
  call.close();
  if (status !== 200) throw new Error(`the next request was answered with ${status}`);
  if ((json as unknown[]).length > 0) throw new Error(`a hostile request wrote ${JSON.stringify(json)}`);
}
