import { makeHttpApiAuthorizer } from 'better-auth-lambda-authorizer';

/** Lambda authorizer of an HTTP API: payload format 2.0, simple responses. */
export const handler = makeHttpApiAuthorizer();
