import { randomBytes } from 'node:crypto';
import { type FieldValue, type Kind, type RecordOf, startRecord } from '../functions/domain/kind.ts';
import { makeNewId } from '../functions/domain/record-id.ts';
import type { RecordStore } from '../functions/domain/record-store.ts';
import { NOW_MS } from './api-event.ts';
import {
  findExampleReply,
  findMarkedBody,
  findTextField,
  PROTECTED_OPERATIONS,
  readDefaults,
  type ServedOperation,
} from './operations.ts';

/** Fields of a kind that a suite knows from openapi.yml alone. */
export type AnyFields = Readonly<Record<string, FieldValue>>;

/** A reply with one record. */
export type RecordBody = AnyFields & { readonly id: string };

/** Makes the store of any kind over one table or one memory. */
export type StoreOf = <Fields>(kind: Kind<Fields>) => RecordStore<Fields>;

/** One kind of record as openapi.yml serves it. */
export interface Resource {
  /** Of the collection, such as `/api/tasks`. */
  readonly path: string;
  readonly kind: Kind<AnyFields>;
  readonly list: ServedOperation;
  readonly create: ServedOperation;
  readonly get: ServedOperation;
  readonly remove: ServedOperation;
  /** PATCH, and PUT where there is one. */
  readonly updates: readonly ServedOperation[];
  /** DELETE of the whole collection, which not every kind has. */
  readonly removeAll: ServedOperation | undefined;
  /** Every operation on a single record. */
  readonly one: readonly ServedOperation[];
  /** The field that takes any text. */
  readonly textField: string;
  /** A value of each field, as it is stored. */
  readonly exampleFields: AnyFields;
  /** What the fields of a new record are that its body does not name. */
  readonly defaults: AnyFields;
}

/**
 * Every kind of record in openapi.yml: a protected POST on a path under which single records are.
 * The suites that hold for any kind run over these.
 */
export const RESOURCES: readonly Resource[] = await loadResources();

/** The one that a test or a benchmark takes which needs any. */
export const EXAMPLE: Resource = require(RESOURCES[0], 'a first resource');

/** One after another, because jest fails where modules that are imported at the same time share what they import. */
async function loadResources(): Promise<Resource[]> {
  const resources: Resource[] = [];
  for (const create of PROTECTED_OPERATIONS) {
    const { method, path } = create;
    const isCollection = PROTECTED_OPERATIONS.some((other) => other.path.startsWith(`${path}/{`));
    if (method === 'POST' && isCollection) resources.push(await toResource(create));
  }
  return resources;
}

async function toResource(create: ServedOperation): Promise<Resource> {
  const { path } = create;
  const one = PROTECTED_OPERATIONS.filter((operation) => operation.path.startsWith(`${path}/{`));
  const [parameter = ''] = one[0]?.pathParameters ?? [];
  const single = one.filter((operation) => operation.path === `${path}/{${parameter}}`);
  const find = (method: string) => single.find((operation) => operation.method === method);
  const findOfAll = (method: string) =>
    PROTECTED_OPERATIONS.find((operation) => operation.path === path && operation.method === method);
  const kind = await loadKind(parameter.replace(/Id$/, ''), path.split('/').at(-1) ?? '');
  const example = require(findExampleReply(create), `the reply of ${create.operationId} with JSON`);
  return {
    path,
    kind,
    list: require(findOfAll('GET'), `GET ${path}`),
    create,
    get: require(find('GET'), `GET ${path}/{${parameter}}`),
    remove: require(find('DELETE'), `DELETE ${path}/{${parameter}}`),
    updates: ['PATCH', 'PUT'].flatMap((method) => find(method) ?? []),
    removeAll: findOfAll('DELETE'),
    one,
    textField: require(findTextField(
      create,
    ), `a text without a format or pattern in the body of POST ${path}`),
    defaults: readDefaults(create),
    exampleFields: Object.fromEntries(
      Object.entries(example).filter(([name]) => Object.keys(kind.fields).includes(name)),
    ),
  };
}

function require<Value>(found: Value | undefined, what: string): Value {
  if (found === undefined)
    throw new Error(`openapi.yml lacks what suites need of a resource: describe ${what}`);
  return found;
}

async function loadKind(name: string, plural: string): Promise<Kind<AnyFields>> {
  const file = `functions/domain/${name}.ts`;
  const module = await import(`../functions/domain/${name}.ts`).catch((cause) => {
    throw new Error(`openapi.yml has records under /${plural}/{${name}Id}: define their kind in ${file}`, {
      cause,
    });
  });
  if (module[plural]?.plural !== plural) throw new Error(`${file} must export the kind ${plural}`);
  return module[plural];
}

/** The resource at whose paths an operation is; `undefined` for an operation of none. */
export function findResource({ path }: Pick<ServedOperation, 'path'>): Resource | undefined {
  return RESOURCES.find((resource) => `${path}/`.startsWith(`${resource.path}/`));
}

/** Rows for `describe.each`, named by the plural of the kind. */
export const EACH_RESOURCE = RESOURCES.map((resource) => [resource.kind.plural, resource] as const);

/** The rows that have an operation which deletes the whole collection. */
export const WITH_REMOVE_ALL = EACH_RESOURCE.filter(([, { removeAll }]) => removeAll !== undefined);

/** The field by which the kind is filtered; nothing where it has none. */
export function filtered({ kind }: Resource, value: boolean): AnyFields {
  return kind.filter === undefined ? {} : { [kind.filter]: value };
}

/** Of a minute before the clock of the tests, so that records made through the API come after them. */
const newId = makeNewId(() => NOW_MS - 60_000, randomBytes);

/** A record of `ann` with the values of openapi.yml, to be stored without the API. */
export function sampleRecord({ exampleFields }: Resource, fields: AnyFields = {}): RecordOf<AnyFields> {
  return startRecord({ ...exampleFields, ...fields }, { id: newId(), ownerId: 'ann', nowMs: NOW_MS });
}

/** What makes requests, such as `makeApi`. */
interface Api {
  readonly call: <Body>(
    operationId: string,
    options: { readonly caller: string; readonly headers?: Record<string, string>; readonly body: object },
  ) => Promise<{ readonly status: number; readonly json: Body }>;
}

interface CreateOptions {
  /** Stands in the text of the record. */
  readonly mark?: string;
  readonly fields?: object;
  readonly headers?: Record<string, string>;
  readonly caller?: string;
}

/** Creates a record through the API, from the example of openapi.yml, and gives back what it answered. */
export async function createRecord(
  api: Api,
  { create }: Resource,
  { mark = 'first', fields, ...options }: CreateOptions = {},
): Promise<RecordBody> {
  const body = { ...findMarkedBody(create, mark), ...fields };
  const { status, json } = await api.call<RecordBody>(create.operationId, {
    caller: 'ann',
    ...options,
    body,
  });
  if (status !== 201) throw new Error(`${create.operationId} answered ${status}: ${JSON.stringify(json)}`);
  return json;
}
