import { setTimeout as sleep } from 'node:timers/promises';

const RETRIES = 3;
const FIRST_WAIT_MS = 100;
/** Longest that is waited for a server which says when to come back. */
const RETRY_AFTER_MAX_S = 30;

/**
 * A `fetch` that retries where that is safe. It retries 429 and 503 with Retry-After. It also retries a request without
 * an answer if it may be repeated: a GET, or a request with an Idempotency-Key.
 */
export function withPatience(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    for (let attempt = 0; ; attempt += 1) {
      const isLast = attempt === RETRIES;
      const response = await sendOnce(send, request, isLast);
      const waitMs = response === undefined ? FIRST_WAIT_MS * 2 ** attempt : retryAfterMs(response);
      if (response !== undefined && (isLast || waitMs === undefined)) return response;
      await sleep(waitMs);
    }
  };
}

/** `undefined` when no answer came and it is worth another try. */
async function sendOnce(
  send: typeof fetch,
  request: Request,
  isLast: boolean,
): Promise<Response | undefined> {
  try {
    return await send(request.clone());
  } catch (error) {
    if (isLast || !isRepeatable(request)) throw error;
    return undefined;
  }
}

function isRepeatable({ method, headers }: Request): boolean {
  return method === 'GET' || headers.has('idempotency-key');
}

function retryAfterMs({ status, headers }: Response): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = Number(headers.get('retry-after'));
  return seconds > 0 && seconds <= RETRY_AFTER_MAX_S ? seconds * 1000 : undefined;
}
