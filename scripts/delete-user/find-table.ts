import { type DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';

/** Logical id of the table in the template. */
const LOGICAL_ID = 'TasksTable';

/**
 * The table of a stage. CloudFormation names it `<service>-<stage>-TasksTable-<random>`; a restored or a retained table can
 * have such a name too, and then the name has to be given.
 *
 * @throws {Error} when there is none, or more than one.
 */
export async function findTable(client: DynamoDBClient, stack: string): Promise<string> {
  const prefix = `${stack}-${LOGICAL_ID}-`;
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    names.push(...TableNames.filter((name) => name.startsWith(prefix)));
  }
  const [name] = names;
  if (name === undefined) throw new Error(`No table in this account and region begins with ${prefix}.`);
  if (names.length > 1) {
    throw new Error(`More than one table begins with ${prefix}: ${names.join(', ')}. Name it with --table.`);
  }
  return name;
}
