import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { REJECTIONS } from '../../authorizer/rejections.ts';
import { operationsOf, type Parameter, readDocument, resolve, type Schema } from '../../support/document.ts';
import { contract, exampleFaults } from '../../support/documented.ts';
import { FUNCTION_NAMES, findExampleBody, kebabCase, loadFunction } from '../../support/operations.ts';
import { EACH_RESOURCE } from '../../support/resources.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every node of the document with its JSON pointer. */
function* nodes(node: unknown, pointer = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [pointer, node as Record<string, unknown>];
  for (const [key, value] of Object.entries(node))
    yield* nodes(value, `${pointer}/${key.replaceAll('/', '~1')}`);
}

const schemas = [...nodes(contract)].filter(([pointer]) =>
  /\/(schemas?|properties|items)(\/|$)/.test(pointer),
);
const typed = schemas.filter(
  ([, node]) => 'type' in node && !('in' in node) && !('properties' === node['type']),
);

describe('openapi.yml', () => {
  it('is what the types and validators are made from', () => {
    const generate = [`${ROOT}scripts/generate-contract.ts`, '--check'];
    expect(() =>
      execFileSync(process.execPath, ['--no-warnings', ...generate], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('closes every object but itself, so that an undocumented member of a reply is a fault', () => {
    const open = typed.filter(
      ([, { type, additionalProperties }]) =>
        type === 'object' && additionalProperties !== false && additionalProperties !== true,
    );
    expect(open.map(([pointer]) => pointer)).toEqual([]);
  });

  it('limits every string, number and array', () => {
    const unlimited = typed.filter(([, node]) => {
      const types = [node['type']].flat();
      const fixed = 'const' in node || 'enum' in node;
      if (types.includes('string')) return !fixed && !('maxLength' in node);
      if (types.includes('integer') || types.includes('number'))
        return !('minimum' in node && 'maximum' in node);
      return types.includes('array') && !('maxItems' in node);
    });
    expect(unlimited.map(([pointer]) => pointer)).toEqual([]);
  });

  it('has only examples that are valid', () => {
    expect(exampleFaults()).toEqual([]);
  });

  it('says of every operation who may call it, and gives every protected one its 401 and 403', () => {
    for (const { operation } of operationsOf(contract)) {
      const required =
        operation.security.length > 0 && operation.security.every((scheme) => 'bearerAuth' in scheme);
      expect([operation.operationId, '401' in operation.responses, '403' in operation.responses]).toEqual([
        operation.operationId,
        required,
        required,
      ]);
    }
  });

  it('names every operation once, and the function of one that has no function of its own', () => {
    const source = operationsOf(readDocument());
    const ids = source.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of source)
      expect(ids).toContain(operation['x-function'] ?? operation.operationId);
  });

  it('names every reason the authorizer has to refuse a token', () => {
    const pointer =
      contract.components.responses['Unauthorized']?.content?.['application/problem+json']?.schema;
    const [, refinement] = (pointer?.['allOf'] ?? []) as Schema[];
    expect(refinement?.properties?.['code']?.['enum']).toEqual(Object.keys(REJECTIONS));
  });

  it('gives every header of every reply a schema', () => {
    for (const [pointer, headers] of [...nodes(contract)].filter(([at]) => at.endsWith('/headers'))) {
      if (pointer.includes('/components/headers')) continue;
      for (const header of Object.values(headers)) {
        expect(resolve<{ schema?: object }>(contract, header as { schema?: object })).toHaveProperty(
          'schema',
        );
      }
    }
  });

  it('explains every parameter', () => {
    for (const { operation } of operationsOf(contract)) {
      for (const parameter of operation.parameters ?? []) {
        expect(resolve<Parameter>(contract, parameter)).toHaveProperty('description');
      }
    }
  });
});

describe('the generated validators', () => {
  it('hold no code of ajv and compile nothing when a function starts', () => {
    for (const name of FUNCTION_NAMES) {
      const source = readFileSync(`${ROOT}functions/http/generated/${kebabCase(name)}.ts`, 'utf8');
      expect(source).not.toMatch(/require\(|from ['"]ajv|new Function|eval\(/);
      expect(source.length).toBeLessThan(20_000);
    }
  });

  it.each(EACH_RESOURCE)('agree with ajv itself about the bodies of new %s', async (_plural, resource) => {
    const { create, textField, kind } = resource;
    const { contract: served } = await loadFunction(create.functionName);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(contract, 'openapi', undefined, false);
    const schema = `/paths/${create.path.replaceAll('/', '~1')}/post/requestBody/content/application~1json/schema`;
    const validate = ajv.getSchema(`openapi#${schema}`);
    const example = findExampleBody(create) as object;
    const bodies: unknown[] = [
      {},
      [],
      null,
      example,
      { ...example, x: 1 },
      { ...example, [textField]: 1 },
      ...Object.keys(kind.fields).map((name) => ({ ...example, [name]: 0.5 })),
    ];
    for (const body of bodies) {
      expect([body, served.body?.validate(structuredClone(body))]).toEqual([body, validate?.(body)]);
    }
  });
});
