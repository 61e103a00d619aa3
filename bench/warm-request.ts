import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { apiEvent } from '../support/api-event.ts';
import { SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import { clientOf, deployedClient } from '../support/dynamodb.ts';
import { makeHandlers } from '../support/handlers.ts';
import { startDatabase } from '../support/measure/database.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave, perCall } from '../support/measure/rounds.ts';
import { EXAMPLE } from '../support/resources.ts';
import { bearer, hmacSigner, mint } from '../support/tokens.ts';
import { makeDecision } from './decision.ts';
import { CONTEXT, exampleRecord, makeServices } from './example-api.ts';

const { get } = EXAMPLE;
const BATCH = { batchMs: 60, block: 10 };

/** What the project's own code adds to the one call of DynamoDB that a request is about. */
export const warmRequest: Benchmark = {
  ids: ['W1'],
  seconds: 20,
  run: async ({ rounds = 60 }) => {
    const database = await startDatabase();
    const client = deployedClient(database.endpoint);
    const sdk = clientOf(database.endpoint);
    try {
      const services = makeServices(client, database.table);
      const record = exampleRecord('user-1');
      await services.store.add(record);
      const request = makeRequest(services, record.id);
      const read = {
        TableName: database.table,
        Key: { userId: { S: 'user-1' }, id: { S: EXAMPLE.kind.keyPrefix + record.id } },
        ConsistentRead: true,
      };
      const measured = await interleave(
        [
          { name: 'request', sample: perCall(request, BATCH) },
          { name: 'SDK', sample: perCall(() => sdk.send(new GetItemCommand(read)), BATCH) },
        ],
        rounds,
      );
      return {
        results: [
          {
            id: 'W1',
            what: 'warm request: authorizer, middy, handler and one DynamoDB call',
            goal: { compare: '≤', limit: 1.25, unit: '× the bare SDK call' },
            figure: measured.ratio('request', 'SDK'),
            note: `${get.operationId}, ${measured.median('request').toFixed(0)} µs against ${measured.median('SDK').toFixed(0)} µs, quartiles ${measured.spread('request', 'SDK')}`,
          },
        ],
      };
    } finally {
      client.destroy();
      sdk.destroy();
      database.stop();
    }
  },
};

/** Both Lambdas in a row, as API Gateway would call them without a cached policy. */
function makeRequest(services: ReturnType<typeof makeServices>, id: string) {
  const decide = makeDecision(SECRET_ENV);
  const handler = makeHandlers(() => services)(get.functionName);
  const token = tokenEvent(bearer(mint(hmacSigner())));
  const event = apiEvent({
    path: `${EXAMPLE.path}/${id}`,
    pathParameters: { [get.pathParameters[0] ?? '']: id },
  });
  return async () => {
    const { context, principalId } = await decide(token);
    const requestContext = { ...event.requestContext, authorizer: { ...context, principalId } };
    const { statusCode } = await handler({ ...event, requestContext }, CONTEXT);
    if (statusCode !== 200) throw new Error(`the request was answered with ${statusCode}`);
  };
}
