import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Three attempts of at most this long, and the pauses between them, end before a caller has waited 3 s. */
const REQUEST_TIMEOUT_MS = 800;
const CONNECTION_TIMEOUT_MS = 500;
const MAX_ATTEMPTS = 3;

/**
 * A client for region, credentials and endpoint of the environment (`AWS_ENDPOINT_URL_DYNAMODB` points it at another
 * DynamoDB). Connects on the first request.
 */
export function makeDynamoClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
}
