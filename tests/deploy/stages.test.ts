import { describe, expect, it } from '@jest/globals';
import {
  copyOfProject,
  packageService,
  packageWithOptions,
  propertiesOf,
  SHARED_SECRET as SECRET,
  serverless,
  type Template,
  WITH_SECRETS,
} from '../../support/packaged.ts';

const ISSUER = { BETTER_AUTH_URL: 'https://auth.example.com' };

const environmentOf = (template: Template, id: string) =>
  (propertiesOf(template, id)['Environment'] as { Variables: Record<string, unknown> }).Variables;

/** The template without what is made up anew on every run, and with the stage's name taken out. */
function comparable({ Resources }: Template, stage: string): Record<string, unknown> {
  const text = JSON.stringify(Resources)
    .replaceAll(/\/\d{13}-[\dTZ:.-]+\//g, '/<time>/')
    .replaceAll(/ApiGatewayDeployment[0-9a-f]{16}/g, 'ApiGatewayDeployment')
    .replaceAll(new RegExp(`\\b${stage}\\b`, 'g'), '<stage>');
  return JSON.parse(text);
}

/** The paths at which two values differ. */
function differences(one: unknown, other: unknown, path = ''): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other ? [] : [path];
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) =>
    differences(
      one[key as keyof typeof one],
      other[key as keyof typeof other],
      path === '' ? key : `${path}.${key}`,
    ),
  );
}

describe('stages', () => {
  it('differ in retention, throttling and thresholds, and in nothing else', async () => {
    const stage = async (name: string) => comparable((await packageService(name)).template, name);
    const prod = await stage('prod');
    const allowed = /\.(RetentionInDays|Threshold|ThrottlingRateLimit|ThrottlingBurstLimit)$/;
    for (const other of ['dev', 'staging']) {
      const found = differences(prod, await stage(other));
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((path) => !allowed.test(path))).toEqual([]);
    }
  }, 300_000);
});

describe('a stage named offline', () => {
  it('is deployed as any other: no settings of a laptop, and bundles in the zips', async () => {
    const { template, zips } = await packageService('offline');
    expect(environmentOf(template, 'AuthorizerLambdaFunction')).toMatchObject({
      BETTER_AUTH_URL: '',
      BETTER_AUTH_SECRET: expect.stringContaining('resolve:secretsmanager:better-auth-todo-offline'),
    });
    expect(zips['authorizer']).toMatchObject([{ name: 'authorizer/handler.cjs' }]);
  }, 300_000);

  it('keeps the secret out of every file too', async () => {
    const { template, texts } = await packageService('offline', { ...ISSUER, BETTER_AUTH_SECRET: SECRET });
    expect(environmentOf(template, 'AuthorizerLambdaFunction')['BETTER_AUTH_SECRET']).toEqual({
      Ref: 'BetterAuthSecret',
    });
    for (const text of Object.values(texts)) expect(text).not.toContain(SECRET);
  }, 300_000);
});

describe('secrets', () => {
  it('come out of Secrets Manager while CloudFormation deploys, and stand in no file', async () => {
    const { template } = await packageService('prod');
    for (const id of ['AuthorizerLambdaFunction', 'GetMeLambdaFunction']) {
      expect(environmentOf(template, id)['BETTER_AUTH_SECRET']).toBe(
        '{{resolve:secretsmanager:better-auth-todo-prod:SecretString:BETTER_AUTH_SECRET::}}',
      );
    }
  }, 300_000);

  it('given in the environment travel separately from the template, stand in no file, and reach the two functions that verify tokens', async () => {
    const { template, texts } = await packageService('prod', WITH_SECRETS);
    for (const text of Object.values(texts)) expect(text).not.toContain(SECRET);
    expect(environmentOf(template, 'AuthorizerLambdaFunction')).toMatchObject({
      BETTER_AUTH_SECRET: { Ref: 'BetterAuthSecret' },
      BETTER_AUTH_SECRETS: { Ref: 'BetterAuthSecrets' },
    });
    const holders = Object.entries(template.Resources).filter(([, resource]) =>
      JSON.stringify(resource).includes('"BetterAuthSecret"'),
    );
    expect(holders.map(([id]) => id).sort()).toEqual(['AuthorizerLambdaFunction', 'GetMeLambdaFunction']);
    for (const name of ['BetterAuthSecret', 'BetterAuthSecrets']) {
      expect(template.Parameters[name]).toEqual({ Type: 'String', NoEcho: true, Default: '' });
    }
  }, 300_000);

  it('are refused on the command line, whose words would stand in the template', async () => {
    const { folder, remove } = copyOfProject();
    try {
      const command = ['package', `--param=betterAuthSecret=${SECRET}`];
      const failure = await serverless(folder, command).catch(
        (error: { stdout: string; stderr: string }) => error,
      );
      const output = `${failure.stdout}${failure.stderr}`;
      expect(output).toContain('Put the secret itself into BETTER_AUTH_SECRET.');
      expect(output).not.toContain(SECRET);
    } finally {
      remove();
    }
  }, 300_000);

  it('are not there at all with a key set', async () => {
    const { template, texts } = await packageWithOptions();
    expect(environmentOf(template, 'AuthorizerLambdaFunction')).toMatchObject({
      BETTER_AUTH_SECRET: '',
      BETTER_AUTH_SECRETS: '',
    });
    expect(texts['cloudformation-template-update-stack.json']).not.toContain('secretsmanager');
  }, 300_000);
});

describe('serverless deploy', () => {
  it.each<[string, Record<string, string>, string]>([
    ['the issuer', {}, 'Set BETTER_AUTH_URL to the address of the Better Auth server'],
    ['a strong secret', { ...ISSUER, BETTER_AUTH_SECRET: 'short' }, 'BETTER_AUTH_SECRET'],
  ])(
    'ends before anything is built when it lacks %s',
    async (_name, settings, sentence) => {
      const { folder, remove } = copyOfProject();
      try {
        const failure = await serverless(folder, ['deploy'], settings).catch(
          (error: { stdout: string; stderr: string }) => error,
        );
        const output = `${failure.stdout}${failure.stderr}`;
        expect(output).toContain(`Nothing was deployed. `);
        expect(output).toContain(sentence);
        expect(output).not.toContain('credentials');
      } finally {
        remove();
      }
    },
    300_000,
  );
});
