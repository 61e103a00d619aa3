import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allowStage, denyStage } from '../../authorizer/policy.ts';
import { evaluatePolicy } from '../../support/iam.ts';
import { seedProperties } from '../../support/seed.ts';

seedProperties('tests/security/policy').report();

const INVOKE = 'execute-api:Invoke';

interface Method {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly api: string;
  readonly stage: string;
  readonly verb: string;
  readonly path: string;
}

const arnOf = ({ partition, region, account, api, stage, verb, path }: Method) =>
  `arn:${partition}:execute-api:${region}:${account}:${api}/${stage}/${verb}/${path}`;

/** Names of which some begin like others, so that a missing separator shows. */
const named = (...names: string[]) => fc.constantFrom(...names);
const aMethod: fc.Arbitrary<Method> = fc.record({
  partition: named('aws', 'aws-cn', 'aws-us-gov'),
  region: named('eu-central-1', 'eu-central-12', 'us-east-1', 'cn-north-1'),
  account: named('123456789012', '12345678901', '210987654321'),
  api: named('abcdef1234', 'abcdef12345', 'abcdef123', 'ABCDEF1234', '1234abcdef'),
  stage: named('prod', 'prod2', 'pro', 'dev', 'prod-eu', 'prod_1', 'Prod'),
  verb: named('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'X'),
  path: fc.oneof(
    named('', 'api/tasks', 'api/tasks/1', '*', '?', 'prod/GET/x', 'a:b', '../dev/GET/x'),
    fc.string({ maxLength: 40 }),
  ),
});

const isSameStage = (one: Method, other: Method) =>
  (['partition', 'region', 'account', 'api', 'stage'] as const).every((part) => one[part] === other[part]);

describe('the policy', () => {
  it('lets a caller invoke every method of this stage of this API and nothing else', () => {
    fc.assert(
      fc.property(aMethod, aMethod, (asked, other) => {
        const policy = allowStage(arnOf(asked));
        expect(evaluatePolicy(policy, INVOKE, arnOf({ ...asked, verb: other.verb, path: other.path }))).toBe(
          'allowed',
        );
        const expected = isSameStage(asked, other) ? 'allowed' : 'not allowed';
        expect(evaluatePolicy(policy, INVOKE, arnOf(other))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['partition', 'region', 'account', 'api', 'stage'] as const)(
    'stops at another %s alone',
    (part) => {
      fc.assert(
        fc.property(aMethod, aMethod, (asked, other) => {
          fc.pre(asked[part] !== other[part]);
          const elsewhere = arnOf({ ...asked, [part]: other[part] });
          expect(evaluatePolicy(allowStage(arnOf(asked)), INVOKE, elsewhere)).toBe('not allowed');
        }),
        { numRuns: 300 },
      );
    },
  );

  it('of a refusal denies all of the stage, also to a caller whom something else allows', () => {
    fc.assert(
      fc.property(aMethod, aMethod, (asked, other) => {
        const both = {
          Version: '2012-10-17',
          Statement: [...allowStage(arnOf(asked)).Statement, ...denyStage(arnOf(asked)).Statement],
        };
        const method = arnOf({ ...asked, verb: other.verb, path: other.path });
        expect(evaluatePolicy(denyStage(arnOf(asked)), INVOKE, method)).toBe('denied');
        expect(evaluatePolicy(both, INVOKE, method)).toBe('denied');
      }),
      { numRuns: 300 },
    );
  });

  it.each(['execute-api:ManageConnections', 'execute-api:*', 'execute-api:invoke', 's3:GetObject', '*'])(
    'allows no %s',
    (action) => {
      const arn = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/api/tasks';
      expect(evaluatePolicy(allowStage(arn), action, arn)).toBe('not allowed');
    },
  );

  it('is written for no text in which any part of the stage is a wildcard or missing', () => {
    const odd = fc.constantFrom('*', '?', '', 'a*', '$' + '{aws:userid}', 'a/b', 'a:b', ' ');
    const part = fc.constantFrom('partition', 'region', 'account', 'api', 'stage');
    fc.assert(
      fc.property(aMethod, part, odd, (asked, name, value) => {
        fc.pre(!(name === 'stage' && value === 'a/b'));
        fc.pre(!(name === 'api' && value === 'a/b'));
        expect(() => allowStage(arnOf({ ...asked, [name]: value }))).toThrow(TypeError);
      }),
      { numRuns: 300 },
    );
  });

  it('stays within the 512 characters API Gateway takes', () => {
    const longest = arnOf({
      partition: 'aws-us-gov',
      region: 'ap-southeast-12',
      account: '123456789012',
      api: 'a'.repeat(10),
      stage: 's'.repeat(128),
      verb: 'OPTIONS',
      path: 'p'.repeat(1000),
    });
    const [statement] = allowStage(longest).Statement;
    expect(String((statement as { Resource: string }).Resource).length).toBeLessThan(512);
  });
});
