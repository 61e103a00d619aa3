import { type Answer, type Get, get as getOverHttp } from './get.ts';
import { findKeys } from './key-set-source.ts';

const BODY_MAX_BYTES = 64 * 1024;
const REDIRECTS_MAX = 3;

/** No keep-alive: Lambda freezes the process between fetches, and a connection that died meanwhile reads as an outage. */
export const KEY_SET_HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  connection: 'close',
};

export interface FetchKeySetOptions {
  /** For everything together: connection, redirects and body. */
  readonly timeoutMs: number;
  /** How the issuer is reached. */
  readonly get?: Get | undefined;
}

/** The key set could not be had. The message is one of ours and safe to log. */
export class KeySetFetchFailed extends Error {
  readonly code = 'key_set_fetch_failed';
}

/**
 * Gets a JWK Set: within the time given, at most 64 KB, redirected within its own origin only.
 *
 * @returns the members of `keys`, unchecked.
 * @throws {KeySetFetchFailed} for any other failure: the issuer counts as down.
 */
export async function fetchKeySet(
  url: URL,
  { timeoutMs, get = getOverHttp }: FetchKeySetOptions,
): Promise<readonly unknown[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await follow(url, get, signal);
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new KeySetFetchFailed(`the issuer answered ${response.status}`);
    }
    const keys = findKeys(await readCapped(response));
    if (keys === undefined) throw new KeySetFetchFailed('the answer is not a JSON Web Key Set');
    return keys;
  } catch (error) {
    if (error instanceof KeySetFetchFailed) throw error;
    throw new KeySetFetchFailed(signal.aborted ? `no answer within ${timeoutMs} ms` : 'no connection');
  }
}

async function follow(url: URL, get: Get, signal: AbortSignal): Promise<Answer> {
  let target = url;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const response = await get(target, { redirect: 'manual', signal, headers: KEY_SET_HEADERS });
    const location =
      response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    target = new URL(location, target);
    if (target.origin !== url.origin) throw new KeySetFetchFailed('redirected to another origin');
  }
  throw new KeySetFetchFailed('too many redirects');
}

async function readCapped(response: Answer): Promise<string> {
  const coding = response.headers.get('content-encoding') ?? 'identity';
  if (coding !== 'identity') {
    await response.body?.cancel();
    throw new KeySetFetchFailed('the answer is compressed although that was not asked for');
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > BODY_MAX_BYTES) throw new KeySetFetchFailed('the answer is larger than 64 KB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
