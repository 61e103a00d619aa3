import { describe, expect, it } from '@jest/globals';
import type { ReferenceScope } from './references.ts';
import { compileTemplate } from './template.ts';

const SCOPE: ReferenceScope = {
  context: (name) => (name === 'requestId' ? 'r-1' : undefined),
  authorizer: (name) => (name === 'detail' ? 'it "expired"\n' : undefined),
  error: (name) => ({ message: 'Too "long"', messageString: '"Too \\"long\\""' })[name],
  stageVariable: (name) => `stage ${name}`,
  request: (location, name) => `${location} ${name}`,
};

function render(text: string, escapesValues = false): string {
  return compileTemplate(text, { where: 'Resource', escapesValues })(SCOPE);
}

describe('a template', () => {
  it.each([
    ['{"id":"$context.requestId"}', '{"id":"r-1"}'],
    ['{"message":$context.error.messageString}', '{"message":"Too \\"long\\""}'],
    ['$stageVariables.color.', 'stage color.'],
    ['$method.request.header.X-My-Header,', 'header X-My-Header,'],
    ['$method.request.path.id/$method.request.querystring.q', 'path id/querystring q'],
    ['[$context.authorizer.missing]', '[]'],
    ['costs $5, or 5$', 'costs $5, or 5$'],
    ['{"detail":"$context.authorizer.detail"}', '{"detail":"it "expired"\n"}'],
  ])('%s renders as text', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it('escapes what it inserts when asked to, but not messageString, which is JSON', () => {
    const text = '{"detail":"$context.authorizer.detail","message":$context.error.messageString}';
    expect(JSON.parse(render(text, true))).toEqual({ detail: 'it "expired"\n', message: 'Too "long"' });
  });

  it.each([
    ['an unknown context name', '$context.requestID'],
    ['a name of access logs', '$context.status'],
    ['an unknown error name', '$context.error.code'],
    ['claims, which only user pools have', '$context.authorizer.claims.sub'],
    ['the context itself', '$context'],
    ['a request body', '$method.request.body'],
    ['another root', '$input.body'],
    ['a variable', '$foo'],
    ['Velocity', '#if($context.stage)x#end'],
    ['a quiet reference', '$!context.stage'],
    ['a braced reference', `\${context.stage}`],
  ])('with %s is refused', (_name, text) => {
    expect(() => render(text)).toThrow(SyntaxError);
  });
});
