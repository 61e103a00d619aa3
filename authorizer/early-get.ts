import type { AuthorizerConfig } from './config.ts';
import { KEY_SET_HEADERS } from './fetch-key-set.ts';
import { type Answer, type Get, get } from './get.ts';

/** A request for the key set that is under way before the code that needs its answer is loaded. */
export interface EarlyGet {
  /** Gives the answer of the early request to the first caller that asks for its address. */
  readonly get: Get;
  /** Resolves when the connection is being made. What loads then overlaps with the way to the issuer. */
  readonly isOnItsWay: Promise<void>;
}

/**
 * Requests the key set at once where every token needs it. With a shared secret none is requested: the tokens of the secret
 * need no key set.
 */
export function startEarlyGet(
  { keySet, sharedSecret }: Pick<AuthorizerConfig, 'keySet' | 'sharedSecret'>,
  request: Get = get,
): EarlyGet {
  if (sharedSecret || keySet?.kind !== 'url') return { get: request, isOnItsWay: Promise.resolve() };
  const { url, timeoutMs } = keySet;
  const signal = AbortSignal.timeout(timeoutMs);
  let answer: Promise<Answer> | undefined = request(url, {
    signal,
    headers: KEY_SET_HEADERS,
    redirect: 'manual',
  });
  // A failure that no one waits for must not end the process.
  answer.catch(() => undefined);
  return {
    get: (target, options) => {
      const early = target.href === url.href ? answer : undefined;
      answer = undefined;
      return early ?? request(target, options);
    },
    isOnItsWay: new Promise((resolve) => {
      setImmediate(() => setImmediate(resolve));
    }),
  };
}
