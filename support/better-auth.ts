import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';

/** A mail Better Auth would have sent, and the token in its link. */
export interface Mail {
  readonly kind: string;
  readonly token: string;
}

/** What a configuration may depend on before its server stands. */
export interface ServerFacts {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  readonly secret: string;
  readonly mails: Mail[];
}

export type Configure = (facts: ServerFacts) => BetterAuthOptions;

const EMAIL = 'ann@example.com';
const PASSWORD = 'correct horse battery staple';

/** Starts a real Better Auth server on a free loopback port: users in memory, e-mail and password. */
export async function startBetterAuth(configure: Configure, { secret }: { secret: string }) {
  const mails: Mail[] = [];
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { advanced, ...options } = configure({ origin, secret, mails });
  const auth = betterAuth({
    baseURL: origin,
    ...(options.secrets === undefined && { secret }),
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    ...options,
    advanced: { useSecureCookies: false, ...advanced },
  });
  server.on('request', toNodeHandler(auth));
  return {
    auth,
    origin,
    mails,
    jwksUrl: `${origin}${options.basePath ?? '/api/auth'}/jwks`,
    visit: () => makeVisitor(`${origin}${options.basePath ?? '/api/auth'}`, origin),
    stop: () =>
      new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

export type BetterAuthServer = Awaited<ReturnType<typeof startBetterAuth>>;

/** A browser, as far as this goes: it keeps cookies and says where it comes from. */
function makeVisitor(api: string, origin: string) {
  const cookies = new Map<string, string>();
  const ask = async (path: string, body?: object) => {
    const response = await fetch(`${api}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        origin,
        'content-type': 'application/json',
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status} ${text}`);
    return { headers: response.headers, body: JSON.parse(text) as Readonly<Record<string, unknown>> };
  };
  return {
    ask,
    signUp: () => ask('/sign-up/email', { email: EMAIL, password: PASSWORD, name: 'Ann Žluťoučká' }),
    signIn: () => ask('/sign-in/email', { email: EMAIL, password: PASSWORD }),
    token: async () => String((await ask('/token')).body['token']),
    /** A cookie that may have been cut into pieces. */
    cookie: (name: string) =>
      [...cookies]
        .filter(([key]) => key === name || key.startsWith(`${name}.`))
        .map(([, value]) => value)
        .join(''),
  };
}
