import type { AccessToken } from './access-token.ts';
import { findProblem } from './problem.ts';

/**
 * A `fetch` that sends the access token, to one API only. A 401 `token_expired` is met with a new token, once: a token
 * may end between being sent and being read.
 *
 * @param apiUrl nothing else ever gets the token, whatever a link says.
 */
export function withAccessToken(send: typeof fetch, accessToken: AccessToken, apiUrl: string): typeof fetch {
  const sendWithToken = async (request: Request): Promise<{ response: Response; token: string }> => {
    const token = await accessToken.get();
    const authorized = request.clone();
    authorized.headers.set('authorization', `Bearer ${token}`);
    return { response: await send(authorized), token };
  };

  return async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(`${apiUrl}/`)) throw new Error(`${request.url} is not part of ${apiUrl}`);
    const { response, token } = await sendWithToken(request);
    if (response.status !== 401 || (await findProblem(response))?.code !== 'token_expired') return response;
    accessToken.expired(token);
    return (await sendWithToken(request)).response;
  };
}
