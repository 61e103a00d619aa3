import { REJECTIONS } from '../../authorizer/rejections.ts';
import { REFUSALS } from '../../functions/http/refusals.ts';
import { markdownTable } from '../../offline-gateway/conformance/markdown.ts';
import type { Document } from '../../support/document.ts';

/** An error as a client sees it. One code can have two statuses: `malformed_header` is 400 or 401. */
export interface ErrorCode {
  readonly code: string;
  readonly status: number;
  /** What `detail` says, or an example of it. */
  readonly detail: string;
}

/** A schema that says which codes come with a status. */
interface PromisedError {
  readonly properties: {
    readonly status: { readonly const: number };
    readonly code?: { readonly enum?: readonly string[] };
  };
}

interface Example {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/**
 * Every error of the API, by status, then in the order of openapi.yml.
 *
 * @param gatewayResponses text of deploy/gateway-responses.yml: API Gateway answers some requests itself.
 * @throws {Error} for a status without codes, and for a code whose sentence stands nowhere.
 */
export function errorCodesOf(document: Document, gatewayResponses: string): ErrorCode[] {
  const gateway = gatewayErrors(gatewayResponses);
  const examples = [...nodesOf(document)].filter(isExample);
  const promised = [...nodesOf(document)]
    .filter(isPromisedError)
    .flatMap(({ properties: { status, code } }) => {
      if (code?.enum === undefined)
        throw new Error(`openapi.yml: a response of ${status.const} has no enum of codes`);
      return code.enum.map((name) => ({ code: name, status: status.const }));
    });
  const all = new Map<string, ErrorCode>();
  for (const { code, status } of [...promised, ...gateway]) {
    const detail =
      ownSentence(code, status) ??
      [...gateway, ...examples].find((given) => given.code === code && given.status === status)?.detail;
    if (detail === undefined) throw new Error(`openapi.yml has no example of the code ${code}`);
    all.set(`${status} ${code}`, { code, status, detail });
  }
  return [...all.values()].sort((first, second) => first.status - second.status);
}

/** The module with the union of all codes. */
export function errorCodesModule(codes: readonly ErrorCode[], header: string): string {
  const names = [...new Set(codes.map(({ code }) => code))].sort();
  const union = names.map((name) => `\n  | '${name}'`).join('');
  return `${header}\n/** Every \`code\` of a problem: those of openapi.yml, and those that API Gateway gives itself. */\nexport type ErrorCode =${union};\n`;
}

/** The page with the table of all codes. */
export function errorCodesPage(codes: readonly ErrorCode[]): string {
  const rows = codes.map(({ code, status, detail }) => [status, `\`${code}\``, detail]);
  return [
    '<!-- Made from openapi.yml by scripts/generate-contract.ts; do not edit. -->',
    '# Error codes\n',
    'Every error is `application/problem+json` (RFC 9457). Decide on `code`: it is stable and is never used for something else.',
    '`detail` is a sentence for people and can change. A name, a number or a scope in it depends on the request.\n',
    markdownTable([['status', 'code', 'detail'], ...rows]),
    '',
  ].join('\n');
}

/** The sentence of a code that has one, whatever the request. */
function ownSentence(code: string, status: number): string | undefined {
  const sentences: Readonly<Record<string, string>> = status === 401 ? REJECTIONS : {};
  const refusals: Readonly<Record<string, readonly [string, string]>> = REFUSALS;
  return sentences[code] ?? (status === 401 ? undefined : refusals[code]?.[1]);
}

/** A detail that API Gateway fills in is a variable and no text. */
function gatewayErrors(text: string): ErrorCode[] {
  const bodies = text.matchAll(/"status":(\d+),"detail":(?:"([^"]+)"|\$[\w.]+),"code":"([a-z_]+)"/g);
  return [...bodies].map(
    ([, status, detail = 'What API Gateway finds wrong with the request.', code = '']) => ({
      code,
      status: Number(status),
      detail,
    }),
  );
}

function isPromisedError(node: unknown): node is PromisedError {
  return Number((node as Partial<PromisedError>).properties?.status?.const) >= 400;
}

function isExample(node: unknown): node is Example {
  const { status, code, detail } = node as Partial<Example>;
  return typeof status === 'number' && typeof code === 'string' && typeof detail === 'string';
}

/** Every object of a document. */
function* nodesOf(node: unknown): Generator<object> {
  if (typeof node !== 'object' || node === null) return;
  yield node;
  for (const child of Object.values(node)) yield* nodesOf(child);
}
