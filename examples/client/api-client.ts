import createClient from 'openapi-fetch';
import type { AccessToken } from './access-token.ts';
import { withAccessToken } from './authorized-fetch.ts';
import type { paths } from './generated/api.ts';
import { withPatience } from './patient-fetch.ts';

export interface ApiOptions {
  /** With the stage, when the address has one; without a trailing slash. */
  readonly apiUrl: string;
  readonly accessToken: AccessToken;
  readonly fetch?: typeof fetch;
}

/** The API with the types of its contract, and the `fetch` that it uses, for addresses that the API itself gives. */
export function makeApiClient({ apiUrl, accessToken, fetch: send = fetch }: ApiOptions) {
  const authorizedFetch = withAccessToken(withPatience(send), accessToken, apiUrl);
  return { api: createClient<paths>({ baseUrl: apiUrl, fetch: authorizedFetch }), authorizedFetch };
}
