import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { requireCaller } from 'better-auth-lambda-authorizer';

/** Behind an authorizer: a client of OAuth needs the scope, a user in a session of their own does not. */
export const addNote = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(requireCaller({ scope: 'notes:write' }))
  .handler(async ({ caller }) => ({ statusCode: 201, body: JSON.stringify({ owner: caller.userId }) }));

/** A route without an authorizer, which needs the settings of the authorizer: `caller` may be undefined. */
export const whoAmI = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(requireCaller({ optional: true }))
  .handler(async ({ caller }) => ({
    statusCode: 200,
    body: JSON.stringify({ user: caller?.userId ?? null }),
  }));
