import { describe, expect, it } from '@jest/globals';
import { classify } from './outcome.ts';

const policyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const answer = (rest: object = {}) => ({ returned: { principalId: 'user-1', policyDocument, ...rest } });
const kindOf = (invocation: Parameters<typeof classify>[0], strictPrincipalId = false) =>
  classify(invocation, { strictPrincipalId }).kind;

describe('an authorizer', () => {
  it.each([
    ['throws Error("Unauthorized")', { failed: new Error('Unauthorized') }, 'unauthorized'],
    ['calls back with "Unauthorized"', { returned: 'Unauthorized' }, 'unauthorized'],
    ['throws the string "Unauthorized"', { failed: 'Unauthorized' }, 'unauthorized'],
    ['throws it in lower case', { failed: new Error('unauthorized') }, 'misconfigured'],
    ['throws it with more', { failed: new Error('Unauthorized: expired') }, 'misconfigured'],
    ['throws anything else', { failed: new TypeError('x is not a function') }, 'misconfigured'],
    ['throws null', { failed: null }, 'misconfigured'],
    ['calls back with another string', { returned: 'Error: x' }, 'misconfigured'],
    ['returns null', { returned: null }, 'misconfigured'],
    ['returns nothing', { returned: undefined }, 'misconfigured'],
    ['returns a proxy reply', { returned: { statusCode: 401 } }, 'misconfigured'],
    ['returns a policy without its wrapper', { returned: policyDocument }, 'misconfigured'],
    ['returns an array', { returned: [] }, 'misconfigured'],
    ['returns an object as principalId', answer({ principalId: {} }), 'misconfigured'],
    ['returns a nested context', answer({ context: { a: { b: 1 } } }), 'misconfigured'],
    ['returns an array in the context', answer({ context: { a: [] } }), 'misconfigured'],
    ['returns a context that is text', answer({ context: 'a' }), 'misconfigured'],
    ['returns no context', answer(), 'granted'],
    ['returns a null context', answer({ context: null }), 'granted'],
    ['returns an empty principalId', answer({ principalId: '' }), 'granted'],
  ])('that %s is %s', (_name, invocation, kind) => {
    expect(kindOf(invocation, false)).toBe(kind);
  });

  it('without principalId is a fault when the setting says so', () => {
    expect(kindOf(answer({ principalId: undefined }), true)).toBe('misconfigured');
    expect(kindOf(answer({ principalId: 7 }), true)).toBe('granted');
  });

  it('has its context values as text, null as null, and nothing that JSON would lose', () => {
    const context = { text: 'a', number: 1.5, flag: false, none: null, gone: undefined, run: () => 1 };
    const outcome = classify(answer({ context }), { strictPrincipalId: false });
    expect(outcome).toMatchObject({
      grant: { context: { text: 'a', number: '1.5', flag: 'false', none: null } },
    });
    expect(outcome.kind === 'granted' && Object.keys(outcome.grant.context)).toEqual([
      'text',
      'number',
      'flag',
      'none',
    ]);
  });

  it('cannot change what objects inherit through a context key', () => {
    const context = JSON.parse('{"__proto__":"x","constructor":"y"}') as object;
    const outcome = classify(answer({ context }), { strictPrincipalId: false });
    expect(outcome.kind === 'granted' && Object.entries(outcome.grant.context)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
