import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { type Document, resolve, type Schema } from '../../support/document.ts';

/** What `ajv/dist/runtime/ucs2length` does, without taking ajv into the bundle. */
const LENGTH = '(text) => { let n = 0; for (const _ of text) n++; return n; }';
const LENGTH_REQUIRE = 'require("ajv/dist/runtime/ucs2length").default';

/** Keywords that code checks instead when the schema says `x-checked-in-code`: its answer is another than 422. */
const CHECKED_IN_CODE = new Set(['minLength', 'maxLength', 'pattern']);

/**
 * Source of functions that check data against schemas, fill in defaults and leave every fault in `errors`. Nothing is
 * compiled when a function starts. `format` is not checked here: a date that matches a pattern may still not exist.
 *
 * @param schemas by the name of the function to make; references are resolved against the document.
 */
export function validatorSource(document: Document, schemas: Readonly<Record<string, Schema>>): string {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    validateFormats: false,
    messages: false,
    strictTypes: false,
    keywords: ['example'],
    code: { source: true, esm: true, optimize: 2, lines: true },
  });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(inline(document, schema), name);
  const names = Object.fromEntries(Object.keys(schemas).map((name) => [name, name]));
  const source = standalone
    .default(ajv, names)
    .replace('"use strict";\n', '')
    .replaceAll(LENGTH_REQUIRE, LENGTH)
    .replaceAll('export const ', 'const ');
  if (source.includes('require(')) throw new Error('a schema needs code out of ajv that is not inlined');
  return source;
}

/** What only people read, so that the code holds no dead text, and `format`, which is not checked here. */
const DROPPED = new Set(['description', 'example', 'examples', 'format', 'x-checked-in-code']);

/** The schema without references and without {@link DROPPED}; a property may have the name of a keyword. */
function inline(document: Document, { $ref, ...own }: Schema & { $ref?: string }): Schema {
  const schema: Schema = $ref === undefined ? own : { ...resolve<Schema>(document, { $ref }), ...own };
  const inCode = schema['x-checked-in-code'] === true;
  const kept = Object.entries(schema).filter(
    ([key]) => !DROPPED.has(key) && !(inCode && CHECKED_IN_CODE.has(key)),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, inlineKeyword(document, key, value)]));
}

function inlineKeyword(document: Document, keyword: string, value: unknown): unknown {
  if (keyword === 'properties') {
    const properties = Object.entries(value as Record<string, Schema>);
    return Object.fromEntries(properties.map(([name, schema]) => [name, inline(document, schema)]));
  }
  if (keyword === 'items') return inline(document, value as Schema);
  if (['allOf', 'anyOf', 'oneOf', 'not'].includes(keyword))
    throw new Error(`${keyword} in a request is not inlined yet`);
  return value;
}
