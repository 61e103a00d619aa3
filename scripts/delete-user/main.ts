/**
 * `npm run delete-user -- --stage prod <userId>`: deletes everything that a stage holds of one user, and says how much.
 * Credentials, region and endpoint come from the environment, as for every AWS tool.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';
import { findTable } from './find-table.ts';
import { removeUser } from './remove-user.ts';

const USAGE = 'npm run delete-user -- --stage <stage> [--region <region>] [--table <table>] <userId>';
const REGION = 'eu-central-1';

try {
  const { stage, region, table, userId } = readOptions();
  const client = new DynamoDBClient({ region: region ?? process.env['AWS_REGION'] ?? REGION });
  const tableName = table ?? (await findTable(client, `${serviceName()}-${stage}`));
  const { tasks, keys, counts } = await removeUser({ client, tableName }, userId);
  process.stdout.write(
    `Deleted from ${tableName}: ${tasks} tasks, ${keys} idempotency keys, ${counts} counts of the rate limit.\n`,
  );
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: 'string' }, region: { type: 'string' }, table: { type: 'string' } },
  });
  const [userId, ...more] = positionals;
  if (!values.stage) throw new Error(`Name the stage. ${USAGE}`);
  if (!userId || more.length > 0) throw new Error(`Name one user. ${USAGE}`);
  return { ...values, stage: values.stage, userId };
}

function serviceName(): string {
  const text = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  return parse(text, { logLevel: 'silent', merge: true }).service;
}
