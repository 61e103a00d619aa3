import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wildcard } from './conditions.ts';
import { compilePolicy, evaluate } from './policy.ts';

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abcdefghij/dev/GET/p/1';
const ALLOW = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
const FACTS = { 'aws:sourceip': '10.1.2.3', 'aws:epochtime': '1000', 'aws:useragent': 'curl' };

function verdict(statement: unknown) {
  return evaluate(compilePolicy({ Statement: statement }), ARN, () => FACTS);
}

describe('a policy', () => {
  it.each([
    ['a list of statements', [ALLOW], 'allow'],
    ['a single statement', ALLOW, 'allow'],
    ['any action of the service', { ...ALLOW, Action: 'execute-api:*' }, 'allow'],
    ['any action at all', { ...ALLOW, Action: '*' }, 'allow'],
    ['the action in another case', { ...ALLOW, Action: 'EXECUTE-API:invoke' }, 'allow'],
    ['one of several actions', { ...ALLOW, Action: ['s3:Get*', 'execute-api:Invoke'] }, 'allow'],
    ['another action', { ...ALLOW, Action: 's3:GetObject' }, 'implicitDeny'],
    [
      'every action but this',
      { Effect: 'Allow', NotAction: 'execute-api:Invoke', Resource: '*' },
      'implicitDeny',
    ],
    ['every action but another', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }, 'allow'],
    ['every resource but another', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::x' }, 'allow'],
    ['every resource but this', { Effect: 'Allow', Action: '*', NotResource: ARN }, 'implicitDeny'],
    ['the ARN itself', { ...ALLOW, Resource: ARN }, 'allow'],
    ['one character by ?', { ...ALLOW, Resource: ARN.replace(/1$/, '?') }, 'allow'],
    ['a beginning of the ARN', { ...ALLOW, Resource: ARN.slice(0, -1) }, 'implicitDeny'],
    ['an end of the ARN', { ...ALLOW, Resource: ARN.slice(3) }, 'implicitDeny'],
    ['the ARN in another case', { ...ALLOW, Resource: ARN.replace('GET', 'get') }, 'implicitDeny'],
    ['a dot that is only a dot', { ...ALLOW, Resource: ARN.replace('p', '.') }, 'implicitDeny'],
    ['a denial', { ...ALLOW, Effect: 'Deny' }, 'explicitDeny'],
    ['a denial before an allowance', [{ ...ALLOW, Effect: 'Deny' }, ALLOW], 'explicitDeny'],
    ['a denial after an allowance', [ALLOW, { ...ALLOW, Effect: 'Deny' }], 'explicitDeny'],
    ['a denial of something else', [ALLOW, { ...ALLOW, Effect: 'Deny', Resource: `${ARN}2` }], 'allow'],
    ['a condition that holds', { ...ALLOW, Condition: { StringLike: { 'aws:UserAgent': 'cu*' } } }, 'allow'],
    [
      'a condition that does not',
      { ...ALLOW, Condition: { StringLike: { 'aws:UserAgent': 'wget' } } },
      'implicitDeny',
    ],
  ])('with %s', (_name, statement, expected) => {
    expect(verdict(statement)).toBe(expected);
  });

  it.each([
    ['is missing', undefined],
    ['has no statement', { Statement: [] }],
    ['has a statement that is text', { Statement: ['Allow'] }],
    ['has an effect in lower case', { Statement: { ...ALLOW, Effect: 'allow' } }],
    ['has no action', { Statement: { Effect: 'Allow', Resource: '*' } }],
    ['has Action and NotAction', { Statement: { ...ALLOW, NotAction: '*' } }],
    ['has no resource', { Statement: { Effect: 'Allow', Action: '*' } }],
    ['has a resource that is a number', { Statement: { ...ALLOW, Resource: 1 } }],
    ['has an unknown operator', { Statement: { ...ALLOW, Condition: { StringIs: { a: 'b' } } } }],
    [
      'has a condition operator that objects inherit',
      { Statement: { ...ALLOW, Condition: { constructor: { a: 'b' } } } },
    ],
    [
      'has a range that is not valid',
      { Statement: { ...ALLOW, Condition: { IpAddress: { 'aws:SourceIp': '10/8' } } } },
    ],
  ])('that %s cannot be read', (_name, document) => {
    expect(() => compilePolicy(document)).toThrow(TypeError);
  });
});

it('a pattern without wildcards matches itself and nothing else', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pattern, other) => {
      const plain = pattern.replaceAll(/[*?]/g, 'x');
      const matches = (text: string) => new RegExp(wildcard(plain)).test(text);
      expect(matches(plain)).toBe(true);
      expect(matches(other)).toBe(other === plain);
    }),
  );
});
