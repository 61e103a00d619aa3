import { operationsOf } from '../../support/document.ts';
import { contract, expectDocumentedResponse } from '../../support/documented.ts';

export interface CallOptions {
  readonly id?: string;
  /** With its question mark. */
  readonly query?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it stands; JSON says the header, unless `headers` says otherwise. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, text elsewhere. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body, member by member
  readonly body: any;
}

export type Client = (operationId: string, options?: CallOptions) => Promise<Reply>;

/** The API over HTTP, as a front end calls it. Every reply is held against openapi.yml. */
export function makeClient(apiUrl: string, authorization?: string): Client {
  return async (operationId, options = {}) => {
    const response = await fetch(urlOf(apiUrl, operationId, options), {
      method: routeOf(operationId).method.toUpperCase(),
      headers: headersOf(options, authorization),
      ...bodyOf(options),
    });
    const reply = response.status === 304 ? withoutType(response) : response;
    await expectDocumentedResponse(operationId, reply);
    return readReply(reply);
  };
}

/** API Gateway gives every reply a type, also one that has nothing to be of that type. */
function withoutType({ status, headers }: Response): Response {
  const rest = [...headers].filter(([name]) => name !== 'content-type');
  return new Response(null, { status, headers: rest });
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function routeOf(operationId: string) {
  const route = operationsOf(contract).find(({ operation }) => operation.operationId === operationId);
  if (route === undefined) throw new Error(`openapi.yml has no operation ${operationId}`);
  return route;
}

function urlOf(apiUrl: string, operationId: string, { id = '', query = '' }: CallOptions): string {
  return apiUrl + routeOf(operationId).path.replace(/\{\w+\}/, id) + query;
}

function headersOf(
  { json, body, headers }: CallOptions,
  authorization: string | undefined,
): Record<string, string> {
  return {
    ...(json === undefined && body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(authorization === undefined ? {} : { authorization }),
    ...headers,
  };
}

function bodyOf({ json, body }: CallOptions): { body?: string } {
  if (body !== undefined) return { body };
  return json === undefined ? {} : { body: JSON.stringify(json) };
}
