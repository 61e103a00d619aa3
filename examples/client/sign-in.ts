import { createAuthClient } from 'better-auth/client';
import { jwtClient } from 'better-auth/client/plugins';
import { withCookies } from './cookies.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** A user who is signed in at Better Auth. */
export interface SignedIn {
  /** A fresh access token for the API. Works as long as the session, which outlives many tokens. */
  readonly fetchToken: () => Promise<string>;
  readonly signOut: () => Promise<void>;
}

/** Better Auth's answer was no; the message is its own. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

const USER_EXISTS = 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL';

/**
 * Signs in through Better Auth's own client, and up when the address is new.
 *
 * @param authUrl origin of the Better Auth server.
 */
export async function signUpOrIn(authUrl: string, { email, password }: Credentials): Promise<SignedIn> {
  const auth = createAuthClient({
    baseURL: authUrl,
    plugins: [jwtClient()],
    // A browser keeps the session cookie and sends `Origin` by itself, and needs no such line.
    fetchOptions: { customFetchImpl: withCookies(fetch, new URL(authUrl).origin) },
  });
  const signUp = await auth.signUp.email({ email, password, name: email.split('@')[0] ?? email });
  if (signUp.error?.code === USER_EXISTS) requireData(await auth.signIn.email({ email, password }));
  else requireData(signUp);
  return {
    fetchToken: async () => requireData(await auth.token()).token,
    signOut: async () => void (await auth.signOut()),
  };
}

interface Answer<Data> {
  readonly data: Data | null;
  readonly error: {
    readonly status: number;
    readonly statusText: string;
    readonly message?: string | undefined;
  } | null;
}

function requireData<Data>({ data, error }: Answer<Data>): Data {
  if (data !== null) return data;
  throw new SignInFailed(error?.message || `Better Auth answered ${error?.status} ${error?.statusText}`);
}
