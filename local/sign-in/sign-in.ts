import { LocalProblem } from '../settings/local-problem.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The cookies of a signed-in user, as a browser would send them back. */
export type SessionCookies = string;

const ALREADY_SIGNED_UP = 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL';

/** A JWT for the user, from a running Better Auth server. Signs the user up when the address is new there. */
export async function fetchToken(serverUrl: string, credentials: Credentials): Promise<string> {
  return exchangeForToken(serverUrl, await signUpOrIn(serverUrl, credentials));
}

/** What a front end does before it calls the API: session in, JWT out. */
export async function exchangeForToken(serverUrl: string, cookies: SessionCookies): Promise<string> {
  const reply = await ask(serverUrl, '/api/auth/token', { headers: { cookie: cookies } });
  const { token } = await readObject(reply);
  if (typeof token === 'string') return token;
  throw new LocalProblem(
    `The server at ${serverUrl} gave no token (status ${reply.status}). Does it have Better Auth's jwt() plugin?`,
  );
}

/** Sign-up comes first because Better Auth logs a failed sign-in as an error. */
export async function signUpOrIn(serverUrl: string, credentials: Credentials): Promise<SessionCookies> {
  const name = credentials.email.split('@')[0];
  const signUp = await ask(serverUrl, '/api/auth/sign-up/email', json({ ...credentials, name }));
  if (signUp.ok) return cookiesOf(signUp);
  const { code, message } = await readObject(signUp);
  if (code === ALREADY_SIGNED_UP) return signIn(serverUrl, credentials);
  throw new LocalProblem(
    `${credentials.email} could not be signed up at ${serverUrl}: ${message ?? signUp.status}`,
  );
}

/** For a user who is known there. */
export async function signIn(serverUrl: string, credentials: Credentials): Promise<SessionCookies> {
  const reply = await ask(serverUrl, '/api/auth/sign-in/email', json(credentials));
  if (reply.ok) return cookiesOf(reply);
  const { message } = await readObject(reply);
  throw new LocalProblem(
    `${credentials.email} could not be signed in at ${serverUrl}: ${message ?? reply.status}`,
  );
}

function json(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function ask(serverUrl: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, serverUrl), withOrigin(request, serverUrl));
  } catch (cause) {
    throw new LocalProblem(`No sign-in server answers at ${serverUrl}. Start it with npm run dev.`, {
      cause,
    });
  }
}

/** Better Auth refuses a request of Node's `fetch` without `Origin`. Its own origin is always trusted. */
function withOrigin(request: RequestInit, serverUrl: string): RequestInit {
  const headers = new Headers(request.headers);
  headers.set('origin', new URL(serverUrl).origin);
  return { ...request, headers };
}

async function readObject(reply: Response): Promise<Record<string, unknown>> {
  const body: unknown = await reply.json().catch(() => undefined);
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

function cookiesOf(reply: Response): SessionCookies {
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** The cookie in which Better Auth keeps a signed copy of the session, to read it without its database. */
const SESSION_DATA = /(?:^|; )(?:__Secure-)?better-auth\.session_data=([^;]+)/;

/** @throws {LocalProblem} when the server does not make one. */
export function readSessionCookie(cookies: SessionCookies): string {
  const [, value] = SESSION_DATA.exec(cookies) ?? [];
  if (value !== undefined) return decodeURIComponent(value);
  throw new LocalProblem(
    'The server does not keep the session in a cookie. Set session.cookieCache of its Better Auth.',
  );
}
