import type { Invocation } from '../functions/pool.ts';
import type { Settings } from '../settings.ts';
import { type AuthorizerCall, buildAuthorizerEvent } from './events.ts';
import { classify, type Grant, type Outcome } from './outcome.ts';
import type { ResultCache } from './result-cache.ts';

export interface Answer {
  readonly outcome: Outcome;
  /** 0 from the cache. */
  readonly latencyMs: number;
  /** The answer was given to an earlier or concurrent question of the same identity. */
  readonly isShared: boolean;
}

export type Ask = (question: AuthorizerCall) => Promise<Answer>;

export interface AskOptions {
  readonly invoke: (functionKey: string, event: unknown, limitMs: number) => Promise<Invocation | 'limit'>;
  readonly cache: ResultCache<Grant>;
  /** False with `SLS_OFFLINE_AUTH_CACHE=off`. */
  readonly isCaching: boolean;
  readonly settings: Settings;
  readonly now: () => number;
}

/**
 * GW-501: from the cache, from a call already under way for the same identity, or by a call of its own. For
 * requests at the same time on a cold cache AWS may call more than once. One call shows the same bugs, and counts the same
 * every time.
 */
export function makeAsk(options: AskOptions): Ask {
  const underWay = new Map<string, Promise<Answer>>();
  return async (question) => {
    const { authorizer, exchange, identity } = question;
    if (!options.isCaching || authorizer.ttlMs === 0) return askAgain(question, options);
    const key = JSON.stringify([authorizer.name, exchange.api.stage, ...identity]);
    const grant = options.cache.find(key);
    if (grant) return { outcome: { kind: 'granted', grant }, latencyMs: 0, isShared: true };
    const shared = underWay.get(key);
    if (shared) return { ...(await shared), isShared: true };
    const asked = askAgain(question, options).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    const answer = await asked;
    if (answer.outcome.kind === 'granted') options.cache.keep(key, answer.outcome.grant, authorizer.ttlMs);
    return answer;
  };
}

/** Calls the function without reading or changing the cache. */
export async function askAgain(
  question: AuthorizerCall,
  { invoke, settings, now }: AskOptions,
): Promise<Answer> {
  const startedMs = now();
  const event = buildAuthorizerEvent(question);
  const invocation = await invoke(question.authorizer.functionKey, event, settings.authorizerTimeoutMs);
  const ended = invocation === 'limit' ? { failed: new Error('the gateway gave up waiting') } : invocation;
  return { outcome: classify(ended, settings), latencyMs: now() - startedMs, isShared: false };
}
