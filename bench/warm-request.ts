import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { apiEvent } from '../support/api-event.ts';
import { SECRET_ENV, tokenEvent } from '../support/authorizers.ts';
import { clientOf } from '../support/dynamodb.ts';
import { makeHandlers } from '../support/handlers.ts';
import { startDatabase } from '../support/measure/database.ts';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave, perCall } from '../support/measure/rounds.ts';
import { bearer, hmacSigner, mint } from '../support/tokens.ts';
import { makeDecision } from './decision.ts';
import { CONTEXT, makeServices, sampleTask } from './tasks-api.ts';

const BATCH = { batchMs: 60, block: 10 };

/** What the project's own code adds to the one call of DynamoDB that a request is about. */
export const warmRequest: Benchmark = {
  ids: ['W1'],
  seconds: 20,
  run: async ({ rounds = 60 }) => {
    const database = await startDatabase();
    const client = clientOf(database.endpoint);
    try {
      const services = makeServices(client, database.table);
      const task = sampleTask('user-1');
      await services.store.add(task);
      const request = makeRequest(services, task.id);
      const get = {
        TableName: database.table,
        Key: { userId: { S: 'user-1' }, id: { S: task.id } },
        ConsistentRead: true,
      };
      const measured = await interleave(
        [
          { name: 'request', sample: perCall(request, BATCH) },
          { name: 'SDK', sample: perCall(() => client.send(new GetItemCommand(get)), BATCH) },
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
            note: `getTask, ${measured.median('request').toFixed(0)} µs against ${measured.median('SDK').toFixed(0)} µs, quartiles ${measured.spread('request', 'SDK')}`,
          },
        ],
      };
    } finally {
      client.destroy();
      database.stop();
    }
  },
};

/** Both Lambdas in a row, as API Gateway would call them without a cached policy. */
function makeRequest(services: ReturnType<typeof makeServices>, taskId: string) {
  const decide = makeDecision(SECRET_ENV);
  const getTask = makeHandlers(() => services)('getTask');
  const token = tokenEvent(bearer(mint(hmacSigner())));
  const event = apiEvent({ path: `/api/tasks/${taskId}`, pathParameters: { taskId } });
  return async () => {
    const { context, principalId } = await decide(token);
    const requestContext = { ...event.requestContext, authorizer: { ...context, principalId } };
    const { statusCode } = await getTask({ ...event, requestContext }, CONTEXT);
    if (statusCode !== 200) throw new Error(`the request was answered with ${statusCode}`);
  };
}
