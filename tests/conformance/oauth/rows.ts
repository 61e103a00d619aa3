/** How a client gets its tokens. */
export type Grant = 'authorization_code' | 'refresh_token' | 'client_credentials';

/** One token that the provider issues, and what this API does with it. */
export interface Row {
  readonly grant: Grant;
  readonly kind: 'access token' | 'ID token' | 'refresh token';
  /** As the client asks for it. Without any, Better Auth grants all that the client may have. */
  readonly scope: string;
  /** Whether the client names this API as the resource. */
  readonly resource: boolean;
  readonly dpop: boolean;
  /** `allow`, or the code of the refusal. */
  readonly verdict: string;
}

const NONE = '';
const TASKS = ['tasks:read', 'tasks:write', 'tasks:read tasks:write'];
const SCOPES: Readonly<Record<Grant, readonly string[]>> = {
  authorization_code: [NONE, 'openid', ...TASKS, 'openid tasks:read'],
  refresh_token: [NONE, ...TASKS.map((scope) => `offline_access ${scope}`)],
  client_credentials: [NONE, ...TASKS],
};

/** Every combination of grant, scope, resource and binding, and every kind of token that comes out of it. */
export const ROWS: readonly Row[] = (Object.keys(SCOPES) as Grant[]).flatMap((grant) =>
  SCOPES[grant].flatMap((scope) =>
    [true, false].flatMap((resource) =>
      [false, true].flatMap((dpop) =>
        kindsOf(grant, scope).map((kind) => {
          const asked = { grant, kind, scope, resource, dpop };
          return { ...asked, verdict: verdictOn(asked) };
        }),
      ),
    ),
  ),
);

function kindsOf(grant: Grant, scope: string): Row['kind'][] {
  const isAll = scope === NONE && grant !== 'client_credentials';
  return [
    'access token',
    ...(isAll || scope.includes('openid') ? (['ID token'] as const) : []),
    ...(isAll || scope.includes('offline_access') ? (['refresh token'] as const) : []),
  ];
}

/** The rules of docs/security.md, in the order in which the authorizer holds to them. */
function verdictOn({ grant, kind, resource, dpop }: Omit<Row, 'verdict'>): string {
  if (kind === 'refresh token' || (kind === 'access token' && !resource)) return 'not_a_jwt';
  if (kind === 'ID token') return 'id_token';
  if (dpop) return 'sender_constrained_token';
  return grant === 'client_credentials' ? 'client_as_subject' : 'allow';
}

/** Scopes of an accepted token: those of the table of operations in openapi.yml are what it may do. */
export function scopesOf({ scope }: Pick<Row, 'scope'>): readonly string[] {
  return (scope === NONE ? 'openid profile email offline_access tasks:read tasks:write' : scope).split(' ');
}
