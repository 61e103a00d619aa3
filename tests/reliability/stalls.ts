import { ATTEMPT_TIMEOUT_MS } from '../../functions/store/dynamo-client.ts';
import type { Call } from './checker.ts';

/** How many of the latest answers of a connection may explain a wrong one. */
const LATEST = 20;

/** One connection's call, which remembers how long its latest answers took. */
export interface WatchedCall {
  readonly call: Call;
  /** The error, with a likely reason for it when an answer took longer than one attempt to reach DynamoDB. */
  readonly explain: (error: unknown) => unknown;
}

/**
 * A machine that stands still for longer than one attempt makes the client repeat a request that was carried out. A
 * repeated deletion finds nothing, so its answer can differ from the model although nothing is wrong with the store.
 */
export function watchStalls(call: Call, now: () => number = () => performance.now()): WatchedCall {
  const latestMs: number[] = [];
  return {
    call: async (...asked) => {
      const begun = now();
      const answer = await call(...asked);
      latestMs.push(now() - begun);
      if (latestMs.length > LATEST) latestMs.shift();
      return answer;
    },
    explain: (error) => {
      const slowestMs = Math.max(...latestMs);
      if (!(error instanceof Error) || !(slowestMs > ATTEMPT_TIMEOUT_MS)) return error;
      return new Error(`${error.message}\n${reasonOf(slowestMs)}`, { cause: error });
    },
  };
}

const reasonOf = (slowestMs: number) =>
  [
    `Likely reason: this machine was too busy. An answer on this connection took ${Math.round(slowestMs)} ms,`,
    `and the client repeats a request that DynamoDB does not answer within ${ATTEMPT_TIMEOUT_MS} ms.`,
    'A repeated deletion finds nothing to delete, and cannot know whether the first attempt deleted it',
    '(docs/operating.md#repeated-requests). Run it again when nothing else runs.',
  ].join('\n');
