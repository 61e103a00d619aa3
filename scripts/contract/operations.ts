import {
  type Document,
  type Method,
  type OperationObject,
  operationsOf,
  type Parameter,
  resolve,
  type Schema,
} from '../../support/document.ts';
import { validatorSource } from './validators.ts';

/** Stands at the top of each generated file. */
export const HEADER = '// Made from openapi.yml by scripts/generate-contract.ts; do not edit.\n';

interface Served {
  readonly path: string;
  readonly method: Method;
  readonly operation: OperationObject;
}

/** What one Lambda function serves: usually one operation, two when PUT and PATCH share it. */
export function functionsOf(document: Document): Map<string, Served[]> {
  const functions = new Map<string, Served[]>();
  for (const served of operationsOf(document)) {
    const name = served.operation['x-function'] ?? served.operation.operationId;
    functions.set(name, [...(functions.get(name) ?? []), served]);
  }
  return functions;
}

/** `required`, `optional` (an empty alternative) or `none`. */
function authOf(operation: OperationObject): 'required' | 'optional' | 'none' {
  if (operation.security.length === 0) return 'none';
  return operation.security.some((scheme) => Object.keys(scheme).length === 0) ? 'optional' : 'required';
}

/** Every scope there is, of all security schemes, in the order of the document. */
export function scopesOf(document: Document): string[] {
  return Object.keys(scopeMeanings(document));
}

/** What each scope allows, as openapi.yml says it. */
function scopeMeanings(document: Document): Readonly<Record<string, string>> {
  const schemes = Object.values(document.components.securitySchemes);
  return Object.assign({}, ...schemes.map((scheme) => scheme['x-scopes'] ?? {}));
}

/**
 * The scope that a function needs; `undefined` when it needs no caller.
 *
 * @throws {Error} when an operation that needs a caller does not name one scope of the scheme. A forgotten scope would
 * open the route to every client.
 */
export function scopeOf(document: Document, served: readonly Served[]): string | undefined {
  const known = scopesOf(document);
  const scopes = served.map(({ operation }) => {
    const named = operation.security.flatMap((requirement) => Object.values(requirement).flat());
    const isRight =
      authOf(operation) === 'required'
        ? named.length === 1 && named.every((scope) => known.includes(scope))
        : named.length === 0;
    if (!isRight)
      throw new Error(
        `${operation.operationId}: an operation that needs a caller names one scope of x-scopes, any other none`,
      );
    return named[0];
  });
  if (new Set(scopes).size > 1)
    throw new Error(`${served[0]?.operation.operationId}: one function serves operations of two scopes`);
  return scopes[0];
}

/** The module with the scopes, for the metadata that clients read. */
export function scopesModule(document: Document): string {
  const scopes = JSON.stringify(scopesOf(document));
  const meanings = JSON.stringify(scopeMeanings(document));
  return `${HEADER}
/** Every scope that openapi.yml describes. */
export const SCOPES = ${scopes} as const;

/** What each allows, in a sentence. */
export const SCOPE_MEANINGS: Readonly<Record<(typeof SCOPES)[number], string>> = ${meanings};
`;
}

/** The module of one function: its contract and the validators that belong to it. */
export function contractModule(document: Document, name: string, served: readonly Served[]): string {
  const [first] = served;
  if (first === undefined) throw new Error(`${name} serves nothing`);
  const query = queryOf(document, first);
  const body = first.operation.requestBody?.content['application/json']?.schema;
  const schemas = { ...(body && { validateBody: body }), ...(query && { validateQuery: query.schema }) };
  const scope = scopeOf(document, served);
  const members = [
    `operation: ${JSON.stringify(name)}`,
    `path: ${JSON.stringify(first.path)}`,
    first.operation['x-trailing-slash'] && 'trailingSlash: true',
    `auth: ${JSON.stringify(authOf(first.operation))}`,
    scope && `scope: ${JSON.stringify(scope)}`,
    body &&
      `body: { mediaTypes: ${JSON.stringify(mediaTypesOf(served))}, validate: validateBody as Validate }`,
    query &&
      `query: { types: ${JSON.stringify(query.types)}, closed: ${first.method !== 'get'}, validate: validateQuery as Validate }`,
  ];
  const needsValidators = Object.keys(schemas).length > 0;
  return [
    needsValidators ? `// @ts-nocheck: the validators are code that ajv wrote.\n${HEADER}` : HEADER,
    `import type { Contract${needsValidators ? ', Validate' : ''} } from '../contract.ts';\n`,
    needsValidators ? validatorSource(document, schemas) : '',
    `export const ${name}Contract = {\n  ${members.filter(Boolean).join(',\n  ')},\n} as const satisfies Contract;\n`,
  ].join('\n');
}

/** Which functions need which kind of caller, for the types of their requests. */
export function authTypes(document: Document): string {
  const lines = [...functionsOf(document)].map(
    ([name, [first]]) => `  ${name}: '${first && authOf(first.operation)}';`,
  );
  return `\n/** Whether a function has a caller. */\nexport interface AuthOf {\n${lines.join('\n')}\n}\n`;
}

function mediaTypesOf(served: readonly Served[]): Record<string, string[]> {
  return Object.fromEntries(
    served.map(({ method, operation }) => [
      method.toUpperCase(),
      Object.keys(operation.requestBody?.content ?? {}),
    ]),
  );
}

/** The query parameters as one object schema, which is what a validator can check at once. */
function queryOf(
  document: Document,
  { operation }: Served,
): { schema: Schema; types: Record<string, string> } | undefined {
  const parameters = (operation.parameters ?? [])
    .map((parameter) => resolve<Parameter>(document, parameter))
    .filter((parameter) => parameter.in === 'query');
  if (parameters.length === 0) return undefined;
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    },
    types: Object.fromEntries(parameters.map(({ name, schema }) => [name, String(schema.type)])),
  };
}

/**
 * The document as a handler sees a request that passed validation: a parameter with a default is always there.
 */
export function validatedView(document: Document): Document {
  const view = structuredClone(document);
  const parameters = view.components['parameters' as never] as Record<string, Parameter>;
  for (const parameter of Object.values(parameters)) {
    if (parameter.schema.default !== undefined) parameter.required = true;
  }
  return view;
}
