import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { type Document, operationsOf, publish, type Response, readDocument, resolve } from './document.ts';

/** A reply as a test has it, from a handler or over HTTP. */
export interface SeenReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What HTTP, Node and API Gateway add to a reply on its way; openapi.yml is not about them. */
const TRANSPORT_HEADERS =
  /^(connection|content-encoding|content-length|date|keep-alive|transfer-encoding|x-amz.*|x-cache|via)$/;

/** Formats as strictly as the tests need them. */
const FORMATS = {
  'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  int32: { type: 'number' as const, validate: (value: number) => Math.abs(value) <= 2 ** 31 },
  int64: { type: 'number' as const, validate: Number.isSafeInteger },
  uri: (text: string) => /^https?:\/\/[^\s<>"]+$/.test(text) && URL.canParse(text),
  'uri-reference': (text: string) => URL.canParse(text, 'http://base.test'),
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

/** The document every reply is held against: the one that is published. */
export const contract: Document = publish(readDocument());

const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
ajv.addSchema(contract, 'openapi', undefined, false);

/**
 * Fails unless openapi.yml promises this status for this operation with these headers and this body.
 *
 * @param operationId as in openapi.yml; PUT on a task has its own.
 */
export function expectDocumented(operationId: string, reply: SeenReply): void {
  const faults = faultsOf(operationId, reply);
  if (faults.length === 0) return;
  throw new Error(
    `${operationId} answered ${reply.status}, and openapi.yml disagrees:\n- ${faults.join('\n- ')}`,
  );
}

/** {@link expectDocumented} for a reply of `fetch`, whose body stays readable. */
export async function expectDocumentedResponse(
  operationId: string,
  response: globalThis.Response,
): Promise<void> {
  const headers = Object.fromEntries(
    [...response.headers].filter(
      ([name]) => !TRANSPORT_HEADERS.test(name) || name === 'x-amzn-remapped-www-authenticate',
    ),
  );
  expectDocumented(operationId, { status: response.status, headers, body: await response.clone().text() });
}

/** Everything in which a reply differs from the document. */
export function faultsOf(operationId: string, { status, headers, body }: SeenReply): string[] {
  const found = operationsOf(contract).find(({ operation }) => operation.operationId === operationId);
  if (found === undefined) return [`there is no operation ${operationId}`];
  const documented = found.operation.responses[String(status)];
  if (documented === undefined) return [`the status ${status} is not documented`];
  const response = resolve<Response>(contract, documented);
  const pointer =
    documented.$ref?.slice(1) ?? `/paths/${toPointer(found.path)}/${found.method}/responses/${status}`;
  return [
    ...headerFaults(response, headers, pointer),
    ...bodyFaults(response, { status, headers, body }, pointer),
  ];
}

function headerFaults(response: Response, headers: SeenReply['headers'], pointer: string): string[] {
  const documented = Object.entries(response.headers ?? {});
  const names = new Set(documented.map(([name]) => name.toLowerCase()));
  const seen = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const unknown = [...seen.keys()].filter((name) => name !== 'content-type' && !names.has(name));
  const wrong = documented.flatMap(([name, header]) => {
    const { required, $ref } = header as { required?: boolean; $ref?: string };
    const target = resolve<{ required?: boolean }>(contract, header as { required?: boolean });
    const value = seen.get(name.toLowerCase());
    if (value === undefined) return (required ?? target.required) ? [`the header ${name} is missing`] : [];
    const at = $ref?.slice(1) ?? `${pointer}/headers/${toPointer(name)}`;
    return schemaFaults(`${at}/schema`, value).map((fault) => `the header ${name} ${fault}`);
  });
  return [...unknown.map((name) => `the header ${name} is not documented`), ...wrong];
}

function bodyFaults(response: Response, { headers, body }: SeenReply, pointer: string): string[] {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (response.content === undefined) {
    return [
      ...(body === '' ? [] : ['there is a body, and none is documented']),
      ...(type ? ['it has a type'] : []),
    ];
  }
  const mediaType = type?.replace(/; *charset=utf-8$/i, '') ?? 'none';
  if (!(mediaType in response.content)) return [`the content type is ${mediaType}`];
  const value: unknown = /json$/.test(mediaType) ? JSON.parse(body) : body;
  return schemaFaults(`${pointer}/content/${toPointer(mediaType)}/schema`, value);
}

/** Every object schema of the document is closed, so an undocumented member is a fault. */
function schemaFaults(pointer: string, value: unknown): string[] {
  const validate = ajv.getSchema(`openapi#${pointer}`);
  if (validate === undefined) return [`there is no schema at ${pointer}`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }: ErrorObject) =>
      `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`,
  );
}

function toPointer(key: string): string {
  return encodeURIComponent(key.replace(/~/g, '~0').replace(/\//g, '~1'));
}

/** Every example of the document that its own schema refuses, and every body without one. */
export function exampleFaults(): string[] {
  return [...mediaTypesOf(contract), ...parametersOf(contract)].flatMap(
    ([pointer, { example, examples }]) => {
      const named = Object.entries(examples ?? {}).map(([name, node]) => [
        name,
        resolve<{ value?: unknown }>(contract, node).value,
      ]);
      const all = example === undefined ? named : [...named, ['example', example]];
      if (all.length === 0 && pointer.includes('/content/')) return [`${pointer} has no example`];
      return all.flatMap(([name, value]) =>
        schemaFaults(`${pointer}/schema`, value).map((fault) => `${pointer} ${name}: ${fault}`),
      );
    },
  );
}

interface Exemplified {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, object>>;
}

function* mediaTypesOf(node: unknown, pointer = ''): Generator<[string, Exemplified]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    const at = `${pointer}/${toPointer(key)}`;
    if (pointer.endsWith('/content')) yield [at, value as Exemplified];
    else yield* mediaTypesOf(value, at);
  }
}

function parametersOf(document: Document): [string, Exemplified][] {
  const parameters = document.components['parameters' as never] as Record<string, Exemplified>;
  return Object.entries(parameters).map(([name, parameter]) => [`/components/parameters/${name}`, parameter]);
}
