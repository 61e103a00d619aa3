import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Packaged,
  packageService,
  propertiesOf,
  SHARED_SECRET as SECRET,
  type Template,
  WITH_SECRETS,
} from '../../support/packaged.ts';
import { EXAMPLE } from '../../support/resources.ts';

const require = createRequire(import.meta.url);
const { settleDeployment } = require('../../deploy/api-deployment.cjs') as {
  settleDeployment: (resources: Template['Resources']) => Template['Resources'];
};
const { fingerprintOfSecrets } = require('../../deploy/secrets.cjs') as {
  fingerprintOfSecrets: (stackName: string) => string | undefined;
};
/** What the framework compares to decide whether to deploy: the template without its clocks, the state, the zips. */
const { normalizeCloudFormationTemplate, normalizeState } =
  require('../../node_modules/serverless/lib/plugins/aws/lib/normalize-files.js') as Record<
    'normalizeCloudFormationTemplate' | 'normalizeState',
    (value: unknown) => unknown
  >;

const BEFORE = { ...process.env };

let first: Packaged;
let second: Packaged;
let other: Packaged;

beforeAll(async () => {
  const otherSecret = { ...WITH_SECRETS, BETTER_AUTH_SECRET: `${SECRET}-new` };
  first = await packageService('prod', WITH_SECRETS);
  second = await packageService('prod', { ...WITH_SECRETS, UNRELATED: 'yes' });
  other = await packageService('prod', otherSecret, { slowMs: '900' });
}, 300_000);

afterEach(() => {
  process.env = { ...BEFORE };
});

/** As the framework hashes it. */
function compared({ template, texts, zips }: Packaged) {
  return {
    template: JSON.stringify(normalizeCloudFormationTemplate(template)),
    state: JSON.stringify(normalizeState(JSON.parse(texts['serverless-state.json'] ?? ''))),
    zips,
  };
}

const capitalized = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
const PLURAL = capitalized(EXAMPLE.kind.plural);

const deploymentOf = (resources: Template['Resources']): string =>
  Object.keys(resources).find((id) => resources[id]?.Type === 'AWS::ApiGateway::Deployment') ?? '';

describe('a deployment of what is deployed already', () => {
  it('is skipped by the framework, because template, state and bundles are the same', () => {
    expect(compared(second)).toEqual(compared(first));
  });

  it('has bundles of the same bytes in each folder in which it is built', () => {
    expect(Object.keys(first.zips)).toContain(EXAMPLE.create.functionName);
    expect(second.zips).toEqual(first.zips);
  });

  it('is not skipped for another secret, whose value stands nowhere', () => {
    const of = ({ template }: Packaged) =>
      (template as unknown as { Metadata: { Secrets: string } }).Metadata.Secrets;
    expect(of(second)).toBe(of(first));
    expect(of(other)).not.toBe(of(first));
    for (const text of Object.values(other.texts)) expect(text).not.toContain(SECRET);
  });

  it('leaves the snapshot of the API alone when only a limit, an alarm or a secret changes', () => {
    expect(deploymentOf(other.template.Resources)).toBe(deploymentOf(first.template.Resources));
    expect(compared(other).template).not.toBe(compared(first).template);
  });
});

describe('the snapshot of the API', () => {
  /** The id of the deployment after such a change. */
  function idAfter(
    change: (resources: Record<string, { Properties: Record<string, unknown> }>) => void,
  ): string {
    const resources = structuredClone(first.template.Resources);
    change(resources as never);
    return deploymentOf(settleDeployment(resources));
  }

  it('has the same id for the same content, in whatever order it is written', () => {
    const id = deploymentOf(first.template.Resources);
    expect(id).toMatch(/^ApiGatewayDeployment[0-9a-f]{16}$/);
    const turned = Object.fromEntries(Object.entries(first.template.Resources).reverse());
    expect(deploymentOf(settleDeployment(turned))).toBe(id);
    expect(propertiesOf(first.template, 'ApiStage')['DeploymentId']).toEqual({ Ref: id });
  });

  it.each([
    ['ThrottledResponse', 'StatusCode'],
    ['AccessDeniedResponse', 'ResponseTemplates'],
    [`ApiGatewayMethodApi${PLURAL}Get`, 'AuthorizationType'],
    [`ApiGatewayMethodApi${PLURAL}Options`, 'Integration'],
    ['ApiGatewayResourceDocs', 'PathPart'],
    ['AuthorizerApiGatewayAuthorizer', 'AuthorizerResultTtlInSeconds'],
    ['ApiGatewayRestApi', 'MinimumCompressionSize'],
    ['ApiGatewayRestApi', 'BinaryMediaTypes'],
  ])('has another id when %s has another %s', (id, property) => {
    const changed = idAfter((resources) => {
      const { Properties } = resources[id] ?? { Properties: {} };
      Properties[property] = 'changed';
    });
    expect(changed).not.toBe(deploymentOf(first.template.Resources));
  });

  it.each([
    ['ApiStage', 'MethodSettings'],
    [`${capitalized(EXAMPLE.get.functionName)}LambdaFunction`, 'Code'],
    ['ServerErrorsAlarm', 'Threshold'],
  ])('has the same id when %s has another %s', (id, property) => {
    const changed = idAfter((resources) => {
      const { Properties } = resources[id] ?? { Properties: {} };
      Properties[property] = 'changed';
    });
    expect(changed).toBe(deploymentOf(first.template.Resources));
  });
});

describe('the fingerprint of secrets', () => {
  it('differs by secret and by stack, and holds neither the secret nor a plain hash of it', () => {
    delete process.env['BETTER_AUTH_SECRETS'];
    process.env['BETTER_AUTH_SECRET'] = SECRET;
    const fingerprint = fingerprintOfSecrets('todo-prod');
    expect(fingerprint).toBe(fingerprintOfSecrets('todo-prod'));
    expect(fingerprint).not.toBe(fingerprintOfSecrets('todo-dev'));
    const plain = createHash('sha256').update(SECRET).digest('base64url');
    expect(plain).not.toContain(fingerprint);
    process.env['BETTER_AUTH_SECRET'] = `${SECRET}-new`;
    expect(fingerprintOfSecrets('todo-prod')).not.toBe(fingerprint);
  });

  it('is not there without a secret in the environment', () => {
    delete process.env['BETTER_AUTH_SECRET'];
    delete process.env['BETTER_AUTH_SECRETS'];
    expect(fingerprintOfSecrets('todo-prod')).toBeUndefined();
  });
});
