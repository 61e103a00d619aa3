import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithTool } from '../../support/jest/describe-where.ts';
import { type Packaged, packageService, packageWithOptions } from '../../support/packaged.ts';
import { isInstalled, requireTool } from '../../support/tools.ts';

type Validator = typeof import('@aws/cloudformation-validate');

const VALIDATOR = '@aws/cloudformation-validate';

/** What may be said of this template, and why it stays. */
const ACCEPTED: Readonly<Record<string, string>> = {
  W2001: 'the parameters of secrets are referred to only when the environment has a secret',
  W3005: 'the framework names dependencies twice',
  W8003: 'whether somebody listens to alarms is known when the template is made',
};

let packaged: Packaged;
let engine: InstanceType<Validator['CelEngine']>;

/** What AWS's own validator finds in a file: the resource schemas of CloudFormation and its rules. */
function diagnose(file: string, severityLevel: 'WARN' | 'ERROR') {
  const { TemplateFile } = requireTool(VALIDATOR) as Validator;
  return engine.validateStandard(new TemplateFile(file), { severityLevel }).diagnostics;
}

function findings(template: string): string[] {
  const file = join(tmpdir(), `template-${process.pid}.json`);
  writeFileSync(file, template);
  return diagnose(file, 'WARN')
    .filter(({ ruleId }) => !(ruleId in ACCEPTED))
    .map(({ entity, propertyPath, message }) => `${entity?.logicalId} ${propertyPath}: ${message}`);
}

/** The packaged template with one text replaced wherever it stands. */
function changed(from: string, to: string): string {
  const text = JSON.stringify(packaged.template);
  expect(text).toContain(from);
  return text.replaceAll(from, to);
}

/** Once for all templates, because a start of the validator takes seconds. */
beforeAll(() => {
  if (isInstalled(VALIDATOR)) engine = new (requireTool(VALIDATOR) as Validator).CelEngine();
}, 60_000);
afterAll(() => engine?.free());

describeWithTool(VALIDATOR, 'the role of the deploy workflow', () => {
  it('is a template in which AWS finds no error', () => {
    const file = fileURLToPath(new URL('../../deploy/github-role.yml', import.meta.url));
    expect(diagnose(file, 'ERROR').map(({ message }) => message)).toEqual([]);
  });
});

describeWithTool(VALIDATOR, 'the packaged template', () => {
  beforeAll(async () => {
    packaged = await packageService('prod');
  }, 300_000);

  it('holds nothing that AWS would refuse or warn of', () => {
    expect(findings(JSON.stringify(packaged.template))).toEqual([]);
  });

  it('holds one thing of the kind with everything that is optional: a number of the command line is a text', async () => {
    const { template } = await packageWithOptions();
    expect(findings(JSON.stringify(template))).toEqual([
      expect.stringMatching(/^ApiAccessLog Properties\.RetentionInDays: '365' .*automatically coerced/),
    ]);
  }, 300_000);

  it.each([
    ['a property', '"BillingMode"', '"BilingMode"', /TasksTable .*'BilingMode' was unexpected/],
    [
      'a nested property',
      '"PointInTimeRecoveryEnabled"',
      '"RecoveryEnabled"',
      /TasksTable .*'RecoveryEnabled' was unexpected/,
    ],
    [
      'a property in a list',
      '"ThrottlingRateLimit"',
      '"ThrottleRateLimit"',
      /ApiStage .*'ThrottleRateLimit' was unexpected/,
    ],
    [
      'a property of a role',
      '"AssumeRolePolicyDocument"',
      '"AssumePolicyDocument"',
      /AuthorizerRole .*'AssumeRolePolicyDocument' is a required property/,
    ],
    [
      'a value of a list',
      '"PAY_PER_REQUEST"',
      '"PAY_PER_REQUESTS"',
      /TasksTable .*'PAY_PER_REQUESTS' is not one of/,
    ],
    [
      'a number',
      '"AuthorizerResultTtlInSeconds":300',
      '"AuthorizerResultTtlInSeconds":"soon"',
      /AuthorizerApiGatewayAuthorizer .*AuthorizerResultTtlInSeconds/,
    ],
    [
      'a resource type',
      'AWS::ApiGateway::Stage',
      'AWS::ApiGateway::Stages',
      /ApiStage .*AWS::ApiGateway::Stages/,
    ],
    ['a reference', '{"Ref":"AlarmTopic"}', '{"Ref":"AlarmsTopic"}', /ServerErrorsAlarm .*AlarmsTopic/],
    ['an attribute', '["ApiAccessLog","Arn"]', '["ApiAccessLog","ARN"]', /ApiStage .*ARN/],
  ])('fails with %s that is misspelt', (_name, from, to, finding) => {
    expect(findings(changed(from, to))).toEqual(expect.arrayContaining([expect.stringMatching(finding)]));
  });
});
