import type { Identity } from '../common/identity.ts';
import { apiHandler } from './http/api-handler.ts';
import type { Endpoint, OptionalCallerServices } from './http/endpoint.ts';
import { getMeContract } from './http/generated/get-me.ts';
import type { components } from './http/generated/types.ts';
import { callerServices } from './services/caller-services.ts';

/** GET /api/me. openapi.yml `getMe`. */
export const getMe: Endpoint<'getMe', OptionalCallerServices> = async ({ caller }) => ({
  status: 200,
  headers: { Vary: 'Authorization' },
  body: { user: caller === undefined ? null : userBody(caller) },
});

function userBody(caller: Identity): components['schemas']['User'] {
  const { userId, email, emailVerified, name, issuedAt, expiresAt } = caller;
  return {
    userId,
    ...(email !== undefined && { email }),
    ...(emailVerified !== undefined && { emailVerified }),
    ...(name !== undefined && { name }),
    ...(issuedAt !== undefined && { issuedAt: toInstant(issuedAt) }),
    expiresAt: toInstant(expiresAt),
  };
}

function toInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

export const handler = apiHandler(getMeContract, getMe, callerServices);
