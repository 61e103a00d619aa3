import { expect, it } from '@jest/globals';
import { compileCondition, holds } from './conditions.ts';

const FACTS = {
  'aws:sourceip': '10.1.2.3',
  'aws:epochtime': '1000',
  'aws:currenttime': '2026-01-02T03:04:05.000Z',
  'aws:useragent': 'Curl/8',
  'aws:securetransport': 'true',
};

it.each([
  ['StringEquals', 'aws:UserAgent', 'Curl/8', true],
  ['StringEquals', 'aws:UserAgent', 'curl/8', false],
  ['StringEquals', 'aws:UserAgent', ['wget', 'Curl/8'], true],
  ['StringNotEquals', 'aws:UserAgent', ['wget', 'Curl/8'], false],
  ['StringEqualsIgnoreCase', 'AWS:useragent', 'curl/8', true],
  ['StringNotLike', 'aws:UserAgent', 'Curl/*', false],
  ['NumericLessThan', 'aws:EpochTime', '1001', true],
  ['NumericLessThan', 'aws:EpochTime', '1000', false],
  ['NumericLessThanEquals', 'aws:EpochTime', 1000, true],
  ['NumericGreaterThan', 'aws:EpochTime', 'soon', false],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z', true],
  ['DateLessThan', 'aws:EpochTime', '1970-01-01T00:16:41Z', true],
  ['DateLessThan', 'aws:EpochTime', '1001', true],
  ['Bool', 'aws:SecureTransport', 'true', true],
  ['Bool', 'aws:SecureTransport', false, false],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', true],
  ['IpAddress', 'aws:SourceIp', '10.1.2.3', true],
  ['IpAddress', 'aws:SourceIp', '2001:db8::/32', false],
  ['NotIpAddress', 'aws:SourceIp', ['192.168.0.0/16', '10.1.0.0/16'], false],
  ['StringEquals', 'aws:PrincipalTag/x', 'y', false],
  ['StringNotEquals', 'aws:PrincipalTag/x', 'y', true],
  ['StringEqualsIfExists', 'aws:PrincipalTag/x', 'y', true],
  ['StringEqualsIfExists', 'aws:UserAgent', 'y', false],
  ['Null', 'aws:PrincipalTag/x', 'true', true],
  ['Null', 'aws:UserAgent', 'true', false],
  ['ForAnyValue:StringEquals', 'aws:PrincipalTag/x', 'y', false],
  ['ForAllValues:StringEquals', 'aws:PrincipalTag/x', 'y', true],
])('%s of %s against %s is %s', (operator, key, expected, outcome) => {
  const conditions = compileCondition({ [operator]: { [key]: expected } });
  expect(conditions.every((condition) => holds(condition, FACTS))).toBe(outcome);
});

it('all keys of all operators have to hold', () => {
  const conditions = compileCondition({
    StringEquals: { 'aws:UserAgent': 'Curl/8' },
    Bool: { 'aws:SecureTransport': 'false' },
  });
  expect(conditions.map((condition) => holds(condition, FACTS))).toEqual([true, false]);
});
