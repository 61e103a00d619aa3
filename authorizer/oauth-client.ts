import type { Identity } from '../common/identity.ts';
import type { JsonObject } from './compact-token.ts';
import { Rejection } from './rejections.ts';

/** The client a token was issued to. Both absent in a token of the user's own session. */
export type Client = Pick<Identity, 'clientId' | 'scope'>;

/** 1–512 characters of RFC 6749 appendix A.1. A client id may be an address. */
const CLIENT_ID = /^[\x20-\x7e]{1,512}$/;
/** Scope tokens with one space between them (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
/** In characters. API Gateway keeps the scope with each cached answer. */
const SCOPE_MAX_LENGTH = 1024;

/**
 * The OAuth client of a token, and what the user allowed it to do. `scope`, `client_id` or `azp`, of any kind, makes a
 * token a client's. A token with an unreadable member must not be allowed to do everything.
 *
 * @throws {Rejection} malformed_client, client_as_subject or sender_constrained_token.
 */
export function readClient(claims: JsonObject): Client {
  const { scope, client_id, azp, cnf, sub } = claims;
  if (cnf !== undefined) throw new Rejection('sender_constrained_token');
  if (scope === undefined && client_id === undefined && azp === undefined) return {};
  const clientId = findClientId(client_id) ?? findClientId(azp);
  if (azp !== undefined && azp !== clientId) throw new Rejection('malformed_client');
  if (clientId !== undefined && clientId === sub) throw new Rejection('client_as_subject');
  return { ...(clientId !== undefined && { clientId }), scope: readScope(scope, clientId) };
}

function findClientId(claim: unknown): string | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim !== 'string' || !CLIENT_ID.test(claim)) throw new Rejection('malformed_client');
  return claim;
}

/** Each scope once. A client without any may do nothing; an empty scope without a client is no token of ours. */
function readScope(claim: unknown, clientId: string | undefined): string {
  if (clientId !== undefined && (claim === undefined || claim === '')) return '';
  if (typeof claim !== 'string' || claim.length > SCOPE_MAX_LENGTH || !SCOPE.test(claim)) {
    throw new Rejection('malformed_client');
  }
  return [...new Set(claim.split(' '))].join(' ');
}
