import type { FieldValue } from '../functions/domain/kind.ts';
import type { ApiHandler } from '../functions/http/api-handler.ts';
import type { Contract } from '../functions/http/contract.ts';
import {
  type OperationObject,
  operationsOf,
  type Parameter,
  type Response,
  readDocument,
  resolve,
  type Schema,
} from './document.ts';

/** One operation of openapi.yml, and where the code that serves it stands. */
export interface ServedOperation {
  readonly operationId: string;
  /** Key in serverless.yml, exported function and, in kebab case, its file. PUT and PATCH may share one. */
  readonly functionName: string;
  /** In upper case. */
  readonly method: string;
  /** With `{name}` for each parameter. */
  readonly path: string;
  /** Names of the parameters of the path, in its order. */
  readonly pathParameters: readonly string[];
  /** Parameters of the query, references resolved. */
  readonly query: readonly Parameter[];
  /** `required` is what API Gateway asks the authorizer about. */
  readonly auth: 'required' | 'optional' | 'none';
  readonly operation: OperationObject;
}

const document = readDocument();

/** Every operation of openapi.yml, in its order. Suites and benchmarks take their tables from here. */
export const OPERATIONS: readonly ServedOperation[] = operationsOf(document).map(
  ({ path, method, operation }) => ({
    operationId: operation.operationId,
    functionName: operation['x-function'] ?? operation.operationId,
    method: method.toUpperCase(),
    path,
    pathParameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    query: (operation.parameters ?? [])
      .map((parameter) => resolve<Parameter>(document, parameter))
      .filter((parameter) => parameter.in === 'query'),
    auth: authOf(operation),
    operation,
  }),
);

function authOf({ security }: OperationObject): ServedOperation['auth'] {
  if (security.length === 0) return 'none';
  return security.some((scheme) => Object.keys(scheme).length === 0) ? 'optional' : 'required';
}

/** Operations that need a caller. */
export const PROTECTED_OPERATIONS = OPERATIONS.filter(({ auth }) => auth === 'required');

/** @throws {Error} naming the file to edit. */
export function requireOperation(operationId: string): ServedOperation {
  const found = OPERATIONS.find((candidate) => candidate.operationId === operationId);
  if (found === undefined) throw new Error(`openapi.yml has no operation ${operationId}: describe it there`);
  return found;
}

/** The functions that serve the API, each once. */
export const FUNCTION_NAMES: readonly string[] = [
  ...new Set(OPERATIONS.map(({ functionName }) => functionName)),
];

/** `createTask` → `create-task`, the file name of a function without its ending. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What `functions/<file>.ts` and the generated contract of the same name export. */
export interface LoadedFunction {
  readonly contract: Contract;
  /** The endpoint, to be run with the services of a test. */
  readonly endpoint: never;
  /** What is deployed, wired by the environment on its first request. */
  readonly handler: ApiHandler;
}

/** Loads one function by its name. @throws {Error} naming the file or export that is missing. */
export async function loadFunction(name: string): Promise<LoadedFunction> {
  const file = `functions/${kebabCase(name)}.ts`;
  const module = await load(() => import(`../functions/${kebabCase(name)}.ts`), file);
  const generated = await load(
    () => import(`../functions/http/generated/${kebabCase(name)}.ts`),
    `functions/http/generated/${kebabCase(name)}.ts (npm run generate makes it)`,
  );
  for (const wanted of [name, 'handler']) {
    if (typeof module[wanted] !== 'function') throw new Error(`${file} must export a function ${wanted}`);
  }
  return {
    contract: generated[`${name}Contract`] as Contract,
    endpoint: module[name] as never,
    handler: module['handler'] as ApiHandler,
  };
}

async function load(
  read: () => Promise<Record<string, unknown>>,
  file: string,
): Promise<Record<string, unknown>> {
  try {
    return await read();
  } catch (cause) {
    throw new Error(`openapi.yml names an operation whose code cannot be loaded: write ${file}`, { cause });
  }
}

/**
 * Every function of openapi.yml by its name. One after another: jest 30 fails with "is not in cache" where modules that are
 * imported at the same time share what they import.
 *
 * @throws {Error} naming the file that is missing.
 */
export async function loadFunctions(): Promise<ReadonlyMap<string, LoadedFunction>> {
  const loaded = new Map<string, LoadedFunction>();
  for (const name of FUNCTION_NAMES) loaded.set(name, await loadFunction(name));
  return loaded;
}

/**
 * The first example of the JSON body of an operation; `undefined` when it has no such body.
 *
 * @throws {Error} when openapi.yml describes a body and gives no example.
 */
export function findExampleBody({ operationId, operation }: ServedOperation): object | undefined {
  return findExample(`the body of ${operationId}`, operation.requestBody?.content['application/json']);
}

/** A body where an operation needs one: the example of openapi.yml. */
export function bodyFor(operationId: string): { body?: object } {
  const body = findExampleBody(requireOperation(operationId));
  return body === undefined ? {} : { body };
}

/** The first example of the JSON reply of an operation. @throws {Error} as {@link findExampleBody}. */
export function findExampleReply({ operationId, operation }: ServedOperation): object | undefined {
  const [success] = Object.entries(operation.responses).find(([status]) => Number(status) < 300) ?? [];
  const { content } = resolve<Response>(document, operation.responses[success ?? ''] as Response);
  return findExample(`the reply ${success} of ${operationId}`, content?.['application/json']);
}

function findExample(what: string, media: object | undefined): object | undefined {
  if (media === undefined) return undefined;
  const { example, examples = {} } = media as {
    example?: object;
    examples?: Record<string, { value: object } | { $ref: string }>;
  };
  const [named] = Object.values(examples);
  const found = example ?? (named && resolve<{ value: object }>(document, named).value);
  if (found === undefined) throw new Error(`openapi.yml: give ${what} an example`);
  return found;
}

/** The first property of the JSON body that takes any text, by which a test knows a record again. */
export function findTextField(operation: ServedOperation): string | undefined {
  return bodyProperties(operation).find(([, property]) => isFreeText(property))?.[0];
}

/** Values of properties that a JSON body leaves out. */
export function readDefaults(operation: ServedOperation): Readonly<Record<string, FieldValue>> {
  const defaults = bodyProperties(operation).flatMap(([name, property]) =>
    'default' in property ? [[name, property['default'] as FieldValue] as const] : [],
  );
  return Object.fromEntries(defaults);
}

function bodyProperties({ operation }: ServedOperation): [string, Schema][] {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema === undefined ? [] : Object.entries(resolve<Schema>(document, schema).properties ?? {});
}

/** A property of a JSON body, its schema without references. */
export interface Property {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: Schema & {
    readonly type?: string | readonly string[];
    readonly format?: string;
    readonly maxLength?: number;
  };
}

/** The properties of the JSON body of an operation. */
export function propertiesOf(served: ServedOperation): Property[] {
  const body = served.operation.requestBody?.content['application/json']?.schema;
  const { required = [] } =
    body === undefined ? {} : (resolve<Schema>(document, body) as { required?: string[] });
  return bodyProperties(served).map(([name, schema]) => ({
    name,
    isRequired: required.includes(name),
    schema: resolve<Schema>(document, schema) as Property['schema'],
  }));
}

function isFreeText(property: Schema): boolean {
  const { type, format, pattern, ...rest } = resolve<Schema>(document, property);
  return type === 'string' && format === undefined && pattern === undefined && !('enum' in rest);
}

/** The example body with `mark` as its first free text; `undefined` when the operation takes no body. */
export function findMarkedBody(operation: ServedOperation, mark: string): object | undefined {
  const example = findExampleBody(operation);
  const field = findTextField(operation);
  return example === undefined || field === undefined ? example : { ...example, [field]: mark };
}

/** The query strings to try an operation with: none, and each parameter that has an obvious value. */
export function exampleQueries({ query }: ServedOperation): Readonly<Record<string, string>>[] {
  const values = query.flatMap(({ name, schema, ...rest }) => {
    const { example } = rest as { example?: unknown };
    if (schema.type === 'boolean') return [{ [name]: 'true' }];
    return example === undefined || name === 'cursor' ? [] : [{ [name]: String(example) }];
  });
  return [{}, ...values];
}
