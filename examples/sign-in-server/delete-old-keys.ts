import type { DBAdapter } from 'better-auth';

/** What is needed of the value that `betterAuth()` returns. */
export interface AuthWithKeys {
  readonly $context: Promise<{ readonly adapter: Pick<DBAdapter, 'deleteMany' | 'updateMany'> }>;
}

const DEFAULT_GRACE_PERIOD_S = 30 * 24 * 3600;

/**
 * Deletes the signing keys that `/api/auth/jwks` no longer publishes. Run it once a day if your Better Auth
 * server has `jwks.rotationInterval`. The server itself deletes no key, and reads at most 100 rows of the table.
 *
 * @param gracePeriodS the `jwks.gracePeriod` of the `jwt()` plugin, in seconds.
 * @returns the number of deleted keys.
 */
export async function deleteOldKeys(
  auth: AuthWithKeys,
  gracePeriodS = DEFAULT_GRACE_PERIOD_S,
): Promise<number> {
  const { adapter } = await auth.$context;
  const notAfter = new Date(Date.now() - gracePeriodS * 1000);
  return adapter.deleteMany({
    model: 'jwks',
    where: [
      { field: 'expiresAt', operator: 'ne', value: null },
      { field: 'expiresAt', operator: 'lte', value: notAfter },
    ],
  });
}

/**
 * Deletes every signing key. The next token, or the next request for `/api/auth/jwks`, makes a new one. Tokens that are
 * still valid are refused from then on, and clients have to ask for new ones.
 *
 * @returns the number of deleted keys.
 */
export async function deleteAllKeys(auth: AuthWithKeys): Promise<number> {
  const { adapter } = await auth.$context;
  return adapter.deleteMany({ model: 'jwks', where: [] });
}

/**
 * Lets keys expire that were made before `jwks.rotationInterval` was set. Such a key has no `expiresAt`, and the server
 * signs with it for ever. It stays published for the grace period.
 *
 * @returns the number of keys that expire now.
 */
export async function expireKeysWithoutExpiry(auth: AuthWithKeys): Promise<number> {
  const { adapter } = await auth.$context;
  return adapter.updateMany({
    model: 'jwks',
    where: [{ field: 'expiresAt', operator: 'eq', value: null }],
    update: { expiresAt: new Date() },
  });
}
