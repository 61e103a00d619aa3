import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadSchemas, schemaFaults } from '../support/cloudformation-schema.ts';
import { type Packaged, packageService, type Template } from '../support/packaged.ts';

let packaged: Packaged;
let schemas: Awaited<ReturnType<typeof loadSchemas>>;

beforeAll(async () => {
  [packaged, schemas] = await Promise.all([packageService('prod'), loadSchemas()]);
}, 90_000);

/** The template with one text replaced wherever it stands. */
function changed(from: string, to: string): Template {
  const text = JSON.stringify(packaged.template);
  expect(text).toContain(from);
  return JSON.parse(text.replaceAll(from, to));
}

describe('the packaged template', () => {
  it('holds nothing that the schemas of CloudFormation do not know', () => {
    expect(schemaFaults(schemas, packaged.template)).toEqual([]);
  });

  it.each([
    ['a property', '"BillingMode"', '"BilingMode"', 'TasksTable.BilingMode: unknown property'],
    [
      'a nested property',
      '"PointInTimeRecoveryEnabled"',
      '"PointInTimeRecovery"',
      'TasksTable.PointInTimeRecoverySpecification.PointInTimeRecovery: unknown property',
    ],
    [
      'a property in a list',
      '"ThrottlingRateLimit"',
      '"ThrottleRateLimit"',
      'ApiStage.MethodSettings.0.ThrottleRateLimit: unknown property',
    ],
    [
      'a property that is needed',
      '"HttpMethod"',
      '"HttpMethods"',
      'ApiGatewayMethodApiHealthGet.HttpMethod: missing',
    ],
    [
      'a resource type',
      'AWS::ApiGateway::Stage',
      'AWS::ApiGateway::Stages',
      'ApiStage: unknown type AWS::ApiGateway::Stages',
    ],
    [
      'a number',
      '"AuthorizerResultTtlInSeconds":300',
      '"AuthorizerResultTtlInSeconds":"five minutes"',
      'AuthorizerApiGatewayAuthorizer.AuthorizerResultTtlInSeconds: no integer',
    ],
    [
      'a list',
      '"Architectures":["arm64"]',
      '"Architectures":"arm64"',
      'AuthorizerLambdaFunction.Architectures: no list',
    ],
  ])('fails on %s that is misspelt', (_name, from, to, fault) => {
    expect(schemaFaults(schemas, changed(from, to))).toContain(fault);
  });

  it('refers only to what it holds', () => {
    expect(danglingReferences(packaged.template)).toEqual([]);
    expect(danglingReferences(changed('{"Ref":"AlarmTopic"}', '{"Ref":"AlarmsTopic"}'))).toContain(
      'AlarmsTopic',
    );
  });
});

/** Logical ids that something refers to and nothing defines. */
function danglingReferences({ Resources, Parameters, Conditions }: Template): string[] {
  const names = new Set([...Object.keys(Resources), ...Object.keys(Parameters), ...Object.keys(Conditions)]);
  const used = new Set<string>();
  JSON.stringify(Resources, (key, value) => {
    if (key === 'Ref' || key === 'Condition') if (typeof value === 'string') used.add(value);
    if (key === 'Fn::GetAtt') used.add(String(value[0]));
    if (key === 'DependsOn') for (const id of [value].flat()) used.add(id);
    if (key === 'Fn::Sub') for (const [, id] of String(value).matchAll(/\$\{([\w:]+)/g)) used.add(String(id));
    return value;
  });
  return [...used].filter((name) => !names.has(name) && !name.startsWith('AWS::'));
}
