/**
 * Gives `fetch` what a browser has and Node has not: it keeps the cookies of the one server it is used for, and says where
 * the request comes from. Better Auth refuses a request without `Origin`.
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
