import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { effectOf, startAuthorizer, tokenEvent, verdictOf } from '../../support/authorizers.ts';
import { bearer } from '../../support/tokens.ts';
import {
  authorizationCode,
  type Client,
  clientCredentials,
  refresh,
  signUp,
  type Tokens,
  type User,
} from './oauth/client.ts';
import { INSTALL_MS, installProvider, startProvider } from './oauth/provider.ts';
import { ROWS, type Row, scopesOf } from './oauth/rows.ts';

const RESOURCE = 'https://api.example.com/prod';

let provider: Awaited<ReturnType<typeof startProvider>>;
let ann: User;
beforeAll(async () => {
  await installProvider();
  provider = await startProvider(RESOURCE);
  ann = await signUp(provider, 'ann@example.com');
}, INSTALL_MS);
afterAll(() => provider?.stop());

/** The API as a deployment that takes sign-in JWTs and OAuth tokens alike. */
function startApi(audience = `${provider.origin},${RESOURCE}`) {
  const { origin } = provider;
  return startAuthorizer(
    {
      BETTER_AUTH_URL: origin,
      BETTER_AUTH_JWKS_URL: `${origin}/api/auth/jwks`,
      JWT_ISSUER: `${origin},${origin}/api/auth`,
      JWT_AUDIENCE: audience,
    },
    { now: Date.now },
  );
}

/** All tokens that one combination gives. */
async function issue({ grant, scope, resource, dpop }: Row): Promise<Tokens> {
  const { app, bound, machine } = provider.clients;
  const user: Client = dpop ? bound : app;
  const wish = {
    client: grant === 'client_credentials' ? machine : user,
    scope: scope || undefined,
    resource: resource ? RESOURCE : undefined,
    dpop,
  };
  if (grant === 'client_credentials') return clientCredentials(provider, wish);
  const tokens = await authorizationCode(provider, ann, wish);
  return grant === 'refresh_token' ? refresh(provider, wish, tokens) : tokens;
}

const MEMBERS = {
  'access token': 'access_token',
  'ID token': 'id_token',
  'refresh token': 'refresh_token',
} as const;

describe('the tokens of @better-auth/oauth-provider', () => {
  it('are more than sixty', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });

  it.each(ROWS)('$grant "$scope" resource=$resource dpop=$dpop: $kind → $verdict', async (row) => {
    const api = startApi();
    const token = (await issue(row))[MEMBERS[row.kind]];
    expect(token).toBeTruthy();
    expect(await verdictOf(api, token)).toBe(row.verdict);
    if (row.verdict !== 'allow') return;
    const { clientId, scope, userId } = await api.authenticate(bearer(token));
    expect({ clientId, userId }).toEqual({ clientId: provider.clients.app.id, userId: ann.userId });
    expect(scope?.split(' ').toSorted()).toEqual([...scopesOf(row)].toSorted());
  });

  it('keep an ID token out where the audience of the API is a client id', async () => {
    const { app } = provider.clients;
    const api = startApi(app.id);
    const { id_token } = await authorizationCode(provider, ann, { client: app, scope: 'openid' });
    expect(await verdictOf(api, id_token)).toBe('id_token');
  });

  it('stand next to the JWT of a session, which carries no client', async () => {
    const api = startApi();
    const { token } = (await (
      await fetch(`${provider.origin}/api/auth/token`, { headers: { cookie: ann.cookie } })
    ).json()) as { token: string };
    const result = await api.authorize(tokenEvent(bearer(token)));
    expect(effectOf(result)).toBe('Allow');
    expect(await api.authenticate(bearer(token))).not.toHaveProperty('clientId');
  });
});
