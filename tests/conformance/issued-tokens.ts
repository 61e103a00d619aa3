import type { BetterAuthServer } from '../../support/better-auth.ts';

/** Everything a token-shaped thing can be that Better Auth hands out, in the order of the documentation. */
export const KINDS = {
  accessToken: 'access token of `GET /api/auth/token`',
  sessionHeader: '`set-auth-jwt` header of `GET /api/auth/get-session`',
  sessionCacheCookie: 'cookie `better-auth.session_data`',
  sessionCookie: 'cookie `better-auth.session_token`',
  sessionToken: '`token` in the answer to a sign-in',
  bearerToken: '`set-auth-token` header of the bearer plugin',
  oneTimeToken: 'token of the one-time-token plugin',
  verifyEmail: 'token in the mail that verifies an address',
  changeEmail: 'token in the mail that confirms a new address',
  resetPassword: 'token in the mail that resets a password',
  magicLink: 'token in the mail of the magic-link plugin',
} as const;

export type Kind = keyof typeof KINDS;
export type Issued = Partial<Record<Kind, string>>;

/** Signs a user up and in and collects every token the server then issues, over HTTP. */
export async function collectIssued(server: BetterAuthServer): Promise<Issued> {
  const visitor = server.visit();
  const signedUp = await visitor.signUp();
  const issued: Issued = { accessToken: await visitor.token(), sessionToken: String(signedUp.body['token']) };
  const session = await visitor.ask('/get-session');
  const offered: Partial<Record<Kind, string | null>> = {
    sessionHeader: session.headers.get('set-auth-jwt'),
    bearerToken: signedUp.headers.get('set-auth-token'),
    sessionCookie: visitor.cookie('better-auth.session_token'),
    sessionCacheCookie: visitor.cookie('better-auth.session_data'),
  };
  const { plugins = [], user, emailAndPassword } = server.auth.options;
  const has = (id: string) => plugins.some((plugin) => plugin.id === id);
  if (has('one-time-token'))
    offered.oneTimeToken = String((await visitor.ask('/one-time-token/generate')).body['token']);
  if (has('magic-link')) await visitor.ask('/sign-in/magic-link', { email: 'ann@example.com' });
  if (user?.changeEmail?.enabled) await visitor.ask('/change-email', { newEmail: 'new@example.com' });
  if (emailAndPassword?.sendResetPassword)
    await visitor.ask('/request-password-reset', { email: 'ann@example.com' });
  for (const { kind, token } of server.mails) offered[kind as Kind] = token;
  for (const [kind, token] of Object.entries(offered))
    if (token) issued[kind as Kind] = decodeURIComponent(token);
  return issued;
}
