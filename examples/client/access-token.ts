/** The access token of a signed-in user, always one that is still good. */
export interface AccessToken {
  /** The token in hand, or a new one shortly before that expires. Callers who come at the same time share one. */
  readonly get: () => Promise<string>;
  /** Says that the API refused this token as expired, so that the next `get` brings another. */
  readonly expired: (token: string) => void;
}

interface Held {
  readonly token: string;
  /** Milliseconds of our own clock from which on a new one is fetched. */
  readonly renewAtMs: number;
}

/** How long before its end a token is replaced; a fifth of its life when that is less. */
const MARGIN_MS = 60_000;

/**
 * @param fetchToken asks Better Auth for a token.
 * @param now milliseconds; only differences count, so a clock that is wrong does no harm.
 */
export function makeAccessToken(
  fetchToken: () => Promise<string>,
  now: () => number = Date.now,
): AccessToken {
  let held: Held | undefined;
  let fetching: Promise<Held> | undefined;

  const renew = async (): Promise<Held> => {
    const askedAtMs = now();
    const token = await fetchToken();
    const lifetimeMs = readLifetimeMs(token);
    held = { token, renewAtMs: askedAtMs + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 5) };
    return held;
  };

  return {
    get: async () => {
      if (held !== undefined && now() < held.renewAtMs) return held.token;
      fetching ??= renew().finally(() => {
        fetching = undefined;
      });
      return (await fetching).token;
    },
    expired: (token) => {
      if (held?.token === token) held = undefined;
    },
  };
}

/** Read, not verified: that is the API's part. Without both claims the token is used once. */
function readLifetimeMs(token: string): number {
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    iat?: number;
    exp?: number;
  };
  return ((payload.exp ?? 0) - (payload.iat ?? payload.exp ?? 0)) * 1000;
}
