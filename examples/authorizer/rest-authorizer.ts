import { makeRestAuthorizer } from 'better-auth-lambda-authorizer';

/** TOKEN or REQUEST authorizer of a REST API. */
export const handler = makeRestAuthorizer();
