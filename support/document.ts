import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseOncePerRun } from './run/once.ts';

/** JSON Schema as far as the generator looks into it. */
export interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  properties?: Record<string, Schema>;
}

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required?: boolean;
  schema: Schema;
}

export interface Response {
  $ref?: string;
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: Schema }>;
}

export interface OperationObject {
  operationId: string;
  /** The function that serves it, when that has another name: one Lambda answers PUT and PATCH. */
  'x-function'?: string;
  /** Whether the path also answers with a slash at its end, as people type the address of a page. */
  'x-trailing-slash'?: boolean;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, Response>;
  security: Record<string, string[]>[];
}

export type PathItem = { [method: string]: OperationObject } & {
  parameters?: (Parameter | { $ref: string })[];
};

/** openapi.yml as far as the generator and the tests look into it. */
export interface Document {
  [member: string]: unknown;
  info: { version: string };
  paths: Record<string, PathItem>;
  components: {
    securitySchemes: Record<string, { 'x-scopes'?: Record<string, string> }>;
    responses: Record<string, Response>;
    schemas: Record<string, Schema>;
    headers: Record<string, unknown>;
  };
  'x-every-response'?: Record<string, unknown>;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

export function readDocument(file = new URL('../openapi.yml', import.meta.url)): Document {
  return parseOncePerRun<Document>(readFileSync(file, 'utf8'), (text) => parse(text));
}

/** The operations of a document, in its order. */
export function operationsOf(
  document: Document,
): { path: string; method: Method; operation: OperationObject }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Follows `#/…` references, also one that leads to another. */
export function resolve<T extends object>(document: Document, node: T | { $ref: string }): T {
  if (!('$ref' in node) || typeof node.$ref !== 'string') return node as T;
  const target = node.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key.replace(/~1/g, '/')], document);
  if (typeof target !== 'object' || target === null) throw new Error(`openapi.yml refers to ${node.$ref}`);
  return resolve(document, target as T | { $ref: string });
}

/**
 * The document as it is published. Each response lists the headers of `x-every-response`, where tools look for them.
 * Members that only the generator reads are removed.
 */
export function publish(source: Document): Document {
  const { 'x-every-response': headers = {}, ...document } = structuredClone(source);
  const responses = [
    ...Object.values(document.components.responses),
    ...operationsOf(document as Document).flatMap(({ operation }) => Object.values(operation.responses)),
  ];
  Object.assign(document.components.headers, headers);
  const references = Object.keys(headers).map((name) => [name, { $ref: `#/components/headers/${name}` }]);
  for (const response of responses) {
    if (response.$ref === undefined)
      response.headers = { ...response.headers, ...Object.fromEntries(references) };
  }
  return withoutExtensions(document) as Document;
}

/** Extensions that only the generator reads. */
const OWN_EXTENSIONS = new Set(['x-function', 'x-trailing-slash', 'x-checked-in-code']);

function withoutExtensions(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutExtensions);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => !OWN_EXTENSIONS.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutExtensions(value)]));
}
