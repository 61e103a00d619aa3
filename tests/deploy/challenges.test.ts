import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from '@jest/globals';

type Variable = (framework: { resolveVariable: () => Promise<string> }) => Promise<Record<string, unknown>>;

const challenges: Variable = createRequire(import.meta.url)('../../deploy/challenges.cjs');

/** What CloudFormation puts in the place of a name. */
const substituted = (name: string) => `\${${name}}`;
const API_ID = substituted('ApiGatewayRestApi');
const REGION = substituted('AWS::Region');
const SUFFIX = substituted('AWS::URLSuffix');

const given = { ...process.env };
const command = process.argv[2];

afterEach(() => {
  process.env = { ...given };
  if (command === undefined) process.argv.length = 2;
  else process.argv[2] = command;
});

/** The two texts of `WWW-Authenticate` that serverless.yml resolves for a stage and a command of the framework. */
function textsFor(env: Record<string, string>, cli: 'offline' | 'package' = 'package') {
  process.env = { ...env };
  process.argv[2] = cli;
  return challenges({ resolveVariable: async () => 'dev' });
}

describe('the challenge of a 401 names the metadata of the protected resource', () => {
  it.each([
    ['the custom domain', { API_URL: 'https://api.example.com' }, 'https://api.example.com'],
    [
      'the custom domain without the slash at its end',
      { API_URL: ' https://api.example.com// ' },
      'https://api.example.com',
    ],
    [
      'a custom domain with a base path',
      { API_URL: 'https://example.com/todo/v1' },
      'https://example.com/todo/v1',
    ],
  ])('under %s', async (_name, env, address) => {
    expect(await textsFor(env)).toEqual({
      missingToken: `'Bearer realm="todo", resource_metadata="${address}/.well-known/oauth-protected-resource"'`,
      invalidToken: `'Bearer realm="todo", error="invalid_token", resource_metadata="${address}/.well-known/oauth-protected-resource"'`,
    });
  });

  it('under the address of the stage where no domain is set', async () => {
    const address = `https://${API_ID}.execute-api.${REGION}.${SUFFIX}/dev`;
    expect(await textsFor({ API_URL: '' })).toEqual({
      missingToken: {
        'Fn::Sub': `'Bearer realm="todo", resource_metadata="${address}/.well-known/oauth-protected-resource"'`,
      },
      invalidToken: {
        'Fn::Sub': `'Bearer realm="todo", error="invalid_token", resource_metadata="${address}/.well-known/oauth-protected-resource"'`,
      },
    });
  });

  it.each([
    [{ API_PORT: '4444' }, 'http://localhost:4444/'],
    [{ API_PORT: '4444', API_URL: 'https://tunnel.example.com' }, 'https://tunnel.example.com/'],
  ])('on a laptop under its own port, unless a domain is set: %j', async (env, address) => {
    expect(JSON.stringify(await textsFor(env, 'offline'))).toContain(
      `resource_metadata=\\"${address}.well-known/`,
    );
  });

  it.each([
    'api.example.com',
    'ftp://api.example.com',
    'https://api.example.com?x=1',
    'https://api.example.com/a b',
    `https://api.example.com/'`,
    'https://api.example.com/"',
    `https://${REGION}.example.com`,
  ])('stops packaging at the address %s', async (address) => {
    await expect(textsFor({ API_URL: address })).rejects.toThrow(/^API_URL must be an http or https address/);
  });
});
