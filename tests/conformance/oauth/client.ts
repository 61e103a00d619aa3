import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A registered client of the provider. */
export interface Client {
  readonly id: string;
  readonly secret: string;
}

/** What provider.mjs says when it listens. */
export interface Provider {
  readonly origin: string;
  readonly redirect: string;
  readonly clients: Readonly<Record<'app' | 'machine' | 'bound', Client>>;
}

/** What a client asks for. Without `resource` Better Auth gives an opaque access token. */
export interface Wish {
  readonly client: Client;
  readonly scope?: string | undefined;
  readonly resource?: string | undefined;
  /** Binds the access token to a key of the client (RFC 9449). */
  readonly dpop?: boolean | undefined;
}

export type Tokens = Readonly<Record<'access_token' | 'id_token' | 'refresh_token' | 'token_type', string>>;

const PASSWORD = 'correct horse battery staple';

/** A user of the provider with a browser and its cookies. */
export async function signUp({ origin }: Provider, email: string) {
  const response = await fetch(`${origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password: PASSWORD, name: 'Ann Žluťoučká' }),
  });
  const { user } = (await response.json()) as { user: { id: string } };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { userId: user.id, cookie };
}

export type User = Awaited<ReturnType<typeof signUp>>;

/** Authorization code with PKCE: the user is asked on the consent page and agrees. */
export async function authorizationCode(provider: Provider, user: User, wish: Wish): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: wish.client.id,
    redirect_uri: provider.redirect,
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(wish.scope !== undefined && { scope: wish.scope }),
    ...(wish.resource !== undefined && { resource: wish.resource }),
  });
  const asked = await fetch(`${provider.origin}/api/auth/oauth2/authorize?${query}`, {
    headers: { cookie: user.cookie },
  });
  // A page of a browser is redirected; a script is told where to go.
  const { url } = (await asked.json()) as { url?: string };
  if (url === undefined) throw new Error(`no redirect: ${asked.status}`);
  const page = new URL(url, provider.origin);
  const code = page.searchParams.get('code') ?? (await consent(provider, user, page));
  return requestToken(provider, wish, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: provider.redirect,
    code_verifier: verifier,
  });
}

/** What the button on the consent page sends. */
async function consent({ origin }: Provider, { cookie }: User, page: URL): Promise<string> {
  if (page.pathname !== '/consent') throw new Error(`not the consent page: ${page}`);
  const response = await fetch(`${origin}/api/auth/oauth2/consent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, cookie },
    body: JSON.stringify({ accept: true, oauth_query: page.search.slice(1) }),
  });
  const body = (await response.json()) as { url?: string; redirect_uri?: string };
  const target = new URL(String(body.url ?? body.redirect_uri));
  const code = target.searchParams.get('code');
  if (code === null) throw new Error(`no code: ${response.status} ${JSON.stringify(body)}`);
  return code;
}

export function refresh(provider: Provider, wish: Wish, tokens: Tokens): Promise<Tokens> {
  return requestToken(provider, wish, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
}

export function clientCredentials(provider: Provider, wish: Wish): Promise<Tokens> {
  return requestToken(provider, wish, {
    grant_type: 'client_credentials',
    ...(wish.scope !== undefined && { scope: wish.scope }),
  });
}

async function requestToken(
  { origin }: Provider,
  { client, resource, dpop }: Wish,
  parameters: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const address = `${origin}/api/auth/oauth2/token`;
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
      ...(dpop && { dpop: dpopProof(address) }),
    },
    body: new URLSearchParams({ ...parameters, ...(resource !== undefined && { resource }) }),
  });
  const body = (await response.json()) as Tokens;
  if (!response.ok)
    throw new Error(`${parameters['grant_type']}: ${response.status} ${JSON.stringify(body)}`);
  return body;
}

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** RFC 9449 §4.2. */
function dpopProof(address: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: KEY.publicKey.export({ format: 'jwk' }) };
  const claims = {
    jti: randomBytes(12).toString('hex'),
    htm: 'POST',
    htu: address,
    iat: Math.floor(Date.now() / 1000),
  };
  const input = `${encode(header)}.${encode(claims)}`;
  const key = { key: KEY.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
