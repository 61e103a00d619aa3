import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayProxyResult } from 'aws-lambda';
import { type CallerEvent, readCaller } from 'better-auth-lambda-authorizer';

/** A handler behind either authorizer. It throws, hence 500, for a route that was deployed without one. */
export async function handler(
  event: (APIGatewayProxyEvent | APIGatewayProxyEventV2) & CallerEvent,
): Promise<APIGatewayProxyResult> {
  const { userId } = readCaller(event);
  return { statusCode: 200, body: JSON.stringify({ userId }) };
}
