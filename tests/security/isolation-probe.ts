import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { apiEvent, identityOf } from '../../support/api-event.ts';
import {
  exampleQueries,
  findMarkedBody,
  loadFunction,
  type ServedOperation,
} from '../../support/operations.ts';
import { RESOURCES, type Resource } from '../../support/resources.ts';

/** Runs one function, as API Gateway does after its authorizer. A test replaces it by one with a fault. */
export type Invoke = (functionName: string, event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** The handler that is deployed, wired by the environment. */
export const invokeDeployed: Invoke = async (functionName, event) =>
  (await loadFunction(functionName)).handler(event, {} as Context);

const MISSING_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const NEVER_EXPIRES = Math.floor(Date.now() / 1000) + 86_400;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** A user of one probe alone, with records of every kind. */
interface User {
  readonly name: string;
  /** Ids of their records, by the path of the kind. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

/** What a request did: its reply, and the partitions of the table that are not as they were. */
interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly changed: readonly string[];
}

type Query = Readonly<Record<string, string>>;

let users = 0;

/**
 * Calls one operation as several users who all have records of every kind. Returns one sentence for each way in which
 * it reaches beyond its caller's records. An operation that never reads its caller fails.
 */
export async function isolationFaults(
  operation: ServedOperation,
  table: { readonly client: DynamoDBClient; readonly tableName: string },
  invoke: Invoke,
): Promise<string[]> {
  const ask = (user: User, query: Query, id?: string) =>
    observe(operation, { user, query, id }, table, invoke);
  const faults = new Set<string>();
  const check = (holds: boolean, sentence: string) => {
    if (!holds) faults.add(`${operation.operationId} ${sentence}`);
  };
  const kind = RESOURCES.find(({ path }) => operation.path.startsWith(`${path}/{`));
  let served = false;
  let usesCaller = kind !== undefined;
  for (const query of exampleQueries(operation)) {
    const [bob, ann] = [await newUser('bob', 1), await newUser('ann', 2)];
    const own = await ask(bob, query, ownId(bob, kind));
    served ||= own.status < 300;
    check(isOnlyOf(bob, own), 'changes what belongs to another user');
    check(!showsAny(own, ann), 'shows a record of another user');
    check(showsOnly(own, bob, kind ?? kindAt(operation)), 'shows a record of another kind');
    const twin = await newUser('bob', 1);
    const alike = await ask(twin, query, ownId(twin, kind));
    check(
      sameReply(own, bob, alike, twin),
      'answers one user otherwise once others have records of their own',
    );
    const other = await ask(ann, query, ownId(ann, kind));
    check(isOnlyOf(ann, other), 'changes what belongs to another user');
    usesCaller ||= own.changed.length > 0 || !sameReply(own, bob, other, ann);
    if (kind === undefined) continue;
    const [eve, victim] = [await newUser('eve', 1), await newUser('ann', 2)];
    const missing = await ask(eve, query, MISSING_ID);
    for (const id of [...(victim.ids[kind.path] ?? []), ...idsOfOtherKinds(eve, kind)]) {
      const foreign = await ask(eve, query, id);
      check(
        foreign.status >= 400 && sameReply(foreign, eve, missing, eve),
        "tells a record that is another user's or of another kind from one that does not exist",
      );
      check(foreign.changed.length === 0, "changes a record that is another user's or of another kind");
    }
  }
  check(served, 'refuses its caller their own: give its query parameters and body examples in openapi.yml');
  check(usesCaller, 'ignores its caller: it answers two users with different records alike');
  return [...faults];
}

const ownId = ({ ids }: User, kind: Resource | undefined) => kind && ids[kind.path]?.[0];

const kindAt = ({ path }: ServedOperation) => RESOURCES.find((kind) => kind.path === path);

const idsOfOtherKinds = ({ ids }: User, kind: Resource): string[] =>
  Object.entries(ids).flatMap(([path, some]) => (path === kind.path ? [] : some));

const isOnlyOf = ({ name }: User, { changed }: Outcome) => changed.every((key) => key.includes(name));

const showsAny = ({ text }: Outcome, { name, ids }: User) =>
  [name, ...Object.values(ids).flat()].some((mark) => text.includes(mark));

/** A single route may speak of several kinds, but not by showing records: those have ids. */
const showsOnly = ({ text }: Outcome, user: User, kind: Resource | undefined) =>
  kind === undefined || idsOfOtherKinds(user, kind).every((id) => !text.includes(id));

function sameReply(one: Outcome, by: User, another: Outcome, byAnother: User): boolean {
  return one.status === another.status && neutral(one.text, by) === neutral(another.text, byAnother);
}

/** A reply without what differs between any two requests. */
function neutral(text: string, { name }: User): string {
  return text
    .replaceAll(name, 'USER')
    .replace(/"requestId":"[^"]*"/g, '"requestId"')
    .replace(UUID, 'ID')
    .replace(INSTANT, 'TIME');
}

/** A user who has made some records of each kind through the API. */
async function newUser(role: string, records: number): Promise<User> {
  const user = { name: `${role}.${++users}.`, ids: {} as Record<string, string[]> };
  for (const { path, create } of RESOURCES) {
    for (let count = 0; count < records; count++) {
      const { statusCode, body } = await invokeDeployed(create.functionName, eventOf(create, { user }));
      if (statusCode !== 201)
        throw new Error(
          `${create.operationId} refuses the example of its body in openapi.yml: ${statusCode} ${body}`,
        );
      user.ids[path] = [...(user.ids[path] ?? []), JSON.parse(body).id];
    }
  }
  return user;
}

interface ProbeOptions {
  readonly user: User;
  readonly query?: Query;
  /** In the place of the one parameter of the path. */
  readonly id?: string | undefined;
}

function eventOf(
  operation: ServedOperation,
  { user, query = {}, id = '' }: ProbeOptions,
): APIGatewayProxyEvent {
  const [parameter, second] = operation.pathParameters;
  if (second !== undefined)
    throw new Error(
      `${operation.path} has two parameters: teach tests/security/isolation-probe.ts the second`,
    );
  const body = findMarkedBody(operation, `of ${user.name}`);
  return apiEvent({
    method: operation.method,
    path: operation.path.replace(/\{\w+\}/, id),
    ...(parameter !== undefined && { pathParameters: { [parameter]: id } }),
    query,
    ...(body && { body }),
    caller: identityOf(user.name, { expiresAt: NEVER_EXPIRES }),
  });
}

async function observe(
  operation: ServedOperation,
  question: ProbeOptions,
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  invoke: Invoke,
): Promise<Outcome> {
  const before = await readItems(client, tableName);
  const { statusCode, body } = await invoke(operation.functionName, eventOf(operation, question));
  const after = await readItems(client, tableName);
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changed = keys.filter((key) => before.get(key) !== after.get(key));
  return { status: statusCode, text: body, changed };
}

/** Every item of the table by its owner and key. */
async function readItems(client: DynamoDBClient, TableName: string): Promise<Map<string, string>> {
  const items = new Map<string, string>();
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
    for (const item of page.Items ?? []) {
      const { userId, ...rest } = item;
      const key = Object.values(rest).find((value) => value.S !== undefined)?.S;
      items.set(`${userId?.S} ${item['taskId']?.S ?? key}`, JSON.stringify(item));
    }
    ExclusiveStartKey = page.LastEvaluatedKey as never;
  } while (ExclusiveStartKey !== undefined);
  return items;
}
