/**
 * Gives `fetch` what browsers have and Node.js lacks: cookies and the `Origin` header. Use one per server. Better Auth refuses a request without `Origin`.
 *
 * @param origin one that the server trusts (`trustedOrigins`), such as its own.
 */
export function withCookies(send: typeof fetch, origin: string): typeof fetch {
  const jar = new Map<string, string>();
  return async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('origin', origin);
    if (jar.size > 0) request.headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
    const response = await send(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
}
