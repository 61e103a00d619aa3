import { describe, expect, it } from '@jest/globals';
import { allowStage, denyStage } from './policy.ts';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod';

describe('allowStage', () => {
  it.each([
    ['a collection', `${STAGE}/GET/api/tasks`],
    ['an item', `${STAGE}/DELETE/api/tasks/0192f0c1-2345-7abc-8def-0123456789ab`],
    ['the root', `${STAGE}/GET/`],
    ['a path with the name of another stage', `${STAGE}/GET/dev/GET/x`],
    ['a path with characters of ARNs and wildcards', `${STAGE}/GET/a:b/*/c?`],
  ])('covers every method of the stage, asked on %s', (_name, methodArn) => {
    expect(allowStage(methodArn)).toStrictEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${STAGE}/*` }],
    });
  });

  it.each([
    [
      'China',
      'arn:aws-cn:execute-api:cn-north-1:123456789012:abc/prod/GET/x',
      'arn:aws-cn:execute-api:cn-north-1:123456789012:abc/prod/*',
    ],
    [
      'the console test',
      'arn:aws:execute-api:eu-west-1:123456789012:abc/ESTestInvoke-stage/GET/',
      'arn:aws:execute-api:eu-west-1:123456789012:abc/ESTestInvoke-stage/*',
    ],
    [
      'plain serverless-offline',
      'arn:aws:execute-api:us-east-1:random-account-id:random-api-id/dev/GET/api/tasks',
      'arn:aws:execute-api:us-east-1:random-account-id:random-api-id/dev/*',
    ],
  ])('understands the ARN of %s', (_name, methodArn, resource) => {
    expect(allowStage(methodArn).Statement).toEqual([expect.objectContaining({ Resource: resource })]);
  });

  it.each([
    ['an empty text', ''],
    ['a wildcard for everything', '*'],
    ['a wildcard for the partition', 'arn:*:execute-api:eu-central-1:123456789012:abc/prod/GET/x'],
    ['a wildcard for the region', 'arn:aws:execute-api:*:123456789012:abc/prod/GET/x'],
    ['a wildcard for the account', 'arn:aws:execute-api:eu-central-1:*:abc/prod/GET/x'],
    ['a wildcard for the API', 'arn:aws:execute-api:eu-central-1:123456789012:*/prod/GET/x'],
    ['a wildcard for the stage', 'arn:aws:execute-api:eu-central-1:123456789012:abc/*/GET/x'],
    ['a question mark for the stage', 'arn:aws:execute-api:eu-central-1:123456789012:abc/pro?/GET/x'],
    ['no stage', 'arn:aws:execute-api:eu-central-1:123456789012:abc'],
    ['an empty stage', 'arn:aws:execute-api:eu-central-1:123456789012:abc//GET/x'],
    ['nothing after the stage', 'arn:aws:execute-api:eu-central-1:123456789012:abc/prod'],
    ['another service', 'arn:aws:s3:eu-central-1:123456789012:abc/prod/GET/x'],
    ['text before the ARN', ' arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/x'],
    ['an empty account', 'arn:aws:execute-api:eu-central-1::abc/prod/GET/x'],
  ])('refuses to write a policy for %s', (_name, methodArn) => {
    expect(() => allowStage(methodArn)).toThrow(
      TypeError('methodArn is not the ARN of an API Gateway method'),
    );
    expect(() => denyStage(methodArn)).toThrow(TypeError);
  });
});

describe('denyStage', () => {
  it('covers the same methods', () => {
    const allow = allowStage(`${STAGE}/GET/api/tasks`);
    expect(denyStage(`${STAGE}/GET/api/tasks`)).toStrictEqual({
      Version: '2012-10-17',
      Statement: [{ ...allow.Statement[0], Effect: 'Deny' }],
    });
  });
});
