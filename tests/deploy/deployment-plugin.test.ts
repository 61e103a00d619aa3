import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from '@jest/globals';

const DeploymentPlugin = createRequire(import.meta.url)('../../deploy/deployment-plugin.cjs');
const SECRET = 'a-secret-that-is-only-used-in-this-test-0123456789';
const BEFORE = { ...process.env };

afterEach(() => {
  process.env = { ...BEFORE };
});

/** The plugin in a framework that has got as far as AWS. */
function plugin(settings: Record<string, string> = {}) {
  delete process.env['BETTER_AUTH_SECRET'];
  delete process.env['BETTER_AUTH_SECRETS'];
  Object.assign(process.env, settings);
  const provider: { stackParameters?: unknown[] } = {};
  const serverless = { service: { provider }, configSchemaHandler: { defineFunctionProperties: () => {} } };
  const { hooks } = new DeploymentPlugin(serverless);
  return { run: (hook: string) => hooks[hook](), provider };
}

describe('a deployment', () => {
  it('gives CloudFormation the secrets of the environment when it updates the stack, and not before', () => {
    const { run, provider } = plugin({ BETTER_AUTH_SECRET: SECRET });
    expect(provider).toEqual({});
    run('before:aws:deploy:deploy:updateStack');
    expect(provider.stackParameters).toEqual([{ ParameterKey: 'BetterAuthSecret', ParameterValue: SECRET }]);
  });

  it('passes nothing without a secret in the environment', () => {
    const { run, provider } = plugin();
    run('before:aws:deploy:deploy:updateStack');
    expect(provider).toEqual({});
  });
});

describe('a rollback', () => {
  it('keeps the secrets that the stack has, unless the environment has others', () => {
    const { run, provider } = plugin({ BETTER_AUTH_SECRETS: `1:${SECRET}` });
    run('before:rollback:rollback');
    expect(provider.stackParameters).toEqual([
      { ParameterKey: 'BetterAuthSecret', UsePreviousValue: true },
      { ParameterKey: 'BetterAuthSecrets', ParameterValue: `1:${SECRET}` },
    ]);
  });
});
