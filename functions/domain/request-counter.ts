/** Whose requests are counted together. */
export type Subject = { readonly userId: string } | { readonly address: string };

export interface CountedRequest {
  readonly subject: Subject;
  /** When the window began, in seconds since the epoch. */
  readonly windowStartS: number;
  /** When the count may be forgotten, in seconds since the epoch. */
  readonly expiresAtS: number;
  /** Most requests in the window. */
  readonly limit: number;
}

/**
 * Counts one request, in one step that no other request can come between, wherever it is served. Resolves to the
 * count with this request in it, or to `undefined` when the limit was reached before; then nothing is counted.
 */
export type CountRequest = (request: CountedRequest) => Promise<number | undefined>;
