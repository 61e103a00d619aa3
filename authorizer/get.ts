/** What the fetch of a key set needs to know of an answer. The `Response` of `fetch` has all of it. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: 'manual';
}

/** A GET request that follows no redirect. `fetch` is one. */
export type Get = (url: URL, options: GetOptions) => Promise<Answer>;

/**
 * A GET over node:http or node:https, whose module is loaded by the first request. The first call of `fetch` loads five
 * times as much code, and a cold start would wait for it.
 */
export const get: Get = (url, { signal, headers }) =>
  new Promise((answered, failed) => {
    const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
    request(url, { signal, headers, agent: false })
      .on('error', failed)
      .on('response', (message) => {
        answered({
          status: message.statusCode ?? 0,
          headers: { get: (name) => message.headers[name]?.toString() ?? null },
          body: Object.assign(message, {
            cancel: async () => {
              message.destroy();
            },
          }),
        });
      })
      .end();
  });
