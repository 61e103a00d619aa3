import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { REJECTIONS } from '../../authorizer/rejections.ts';
import { type Document, readDocument } from '../../support/document.ts';
import { errorCodesOf } from './error-codes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GATEWAY_RESPONSES = readFileSync(`${ROOT}deploy/gateway-responses.yml`, 'utf8');

/** What errors of one status are called. */
function codesOf(document: Document, status?: number): string[] {
  const codes = errorCodesOf(document, GATEWAY_RESPONSES);
  return codes.filter((error) => status === undefined || error.status === status).map(({ code }) => code);
}

/** openapi.yml with another schema of the response to a body that is too large. */
function withBodyTooLarge(properties: object): Document {
  const document = readDocument();
  document.components.responses['BodyTooLarge'] = {
    description: 'Too large.',
    content: { 'application/problem+json': { schema: { properties: properties as never } } },
  };
  return document;
}

describe('the error codes of openapi.yml', () => {
  it('hold every reason to refuse a token', () => {
    expect(codesOf(readDocument(), 401).sort()).toEqual(Object.keys(REJECTIONS).sort());
  });

  it('hold every code of an error class', () => {
    const files = globSync('{authorizer,functions}/**/*.ts', { cwd: ROOT }).filter(
      (file) => !file.endsWith('.test.ts'),
    );
    const classes = files
      .flatMap((file) =>
        readFileSync(ROOT + file, 'utf8')
          .split(/(?=^(?:export )?class )/m)
          .slice(1),
      )
      .filter((text) => text.includes('extends AppError'));
    const codes = classes.flatMap((text) => /readonly code = '(\w+)'/.exec(text)?.[1] ?? []);
    expect(codes).toContain('keys_unavailable');
    expect(codesOf(readDocument())).toEqual(expect.arrayContaining(codes));
  });

  it('are joined by those that API Gateway gives itself', () => {
    expect(codesOf(readDocument(), 504)).toEqual(['gateway_timeout']);
    expect(codesOf(readDocument(), 400)).toContain('bad_request');
  });

  it('are told apart by status', () => {
    const both = errorCodesOf(readDocument(), GATEWAY_RESPONSES).filter(
      ({ code }) => code === 'malformed_header',
    );
    expect(both.map(({ status, detail }) => [status, detail.split(' ')[0]])).toEqual([
      [400, 'If-Match'],
      [401, 'Invalid'],
    ]);
  });

  it.each([
    [
      'a status without codes',
      { status: { const: 413 } },
      'openapi.yml: a response of 413 has no enum of codes',
    ],
    [
      'a code without its sentence',
      { status: { const: 413 }, code: { enum: ['too_wide'] } },
      'openapi.yml has no example of the code too_wide',
    ],
  ])('stop the generation of %s', (_name, properties, message) => {
    expect(() => codesOf(withBodyTooLarge(properties))).toThrow(message);
  });
});
