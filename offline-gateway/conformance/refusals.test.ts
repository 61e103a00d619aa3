import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { DidNotStart, startOffline } from './offline.ts';

jest.setTimeout(60_000);

const HERE = import.meta.dirname;
/** Inside the project, so that the services find its node_modules; ignored by git. */
const SERVICES = join(HERE, '.local');
mkdirSync(SERVICES, { recursive: true });
const service = mkdtempSync(join(SERVICES, 'refused-'));
afterAll(() => rmSync(service, { recursive: true, force: true }));

interface Mistake {
  readonly event?: string;
  readonly more?: string;
  readonly options?: string;
}

/** What a person sees after `serverless offline`. */
async function start({ event = 'path: /users', more = '', options = '' }: Mistake): Promise<string> {
  writeFileSync(
    join(service, 'offline-gateway.cjs'),
    `module.exports = require('${join(HERE, '../index.cjs')}');\n`,
  );
  writeFileSync(
    join(service, 'serverless.yml'),
    `service: refused
frameworkVersion: '4'
provider: { name: aws, runtime: nodejs24.x, region: eu-central-1, stage: dev }
plugins: [./offline-gateway.cjs, serverless-offline]
custom: { serverless-offline: { host: 127.0.0.1 }, offlineGateway: { ${options} } }
functions:
  users:
    handler: users.handler
    events:
      - http: { method: get, ${event} }
${more}`,
  );
  const started = await startOffline({ service }).catch((error: unknown) => error);
  if (started instanceof DidNotStart) return started.message;
  throw new Error('it started');
}

/** The block of the README under "What a person sees". */
const [, shown = ''] =
  /What a person sees:\n\n```\n([^`]*)```/.exec(readFileSync(join(HERE, '../README.md'), 'utf8')) ?? [];
const sentences = shown.split('\n').filter(Boolean);

describe('the message of a start that was refused', () => {
  it.each<[string, Mistake]>([
    [
      'two path parameters at one place',
      {
        event: "path: '/users/{id}'",
        more: "      - http: { method: get, path: '/users/{userId}/posts' }\n",
      },
    ],
    ['an authorizer that cannot run here', { event: 'path: /users, authorizer: aws_iam' }],
    ['response streaming', { event: 'path: /users, response: { transferMode: STREAM }' }],
    [
      'an unknown type of gateway response',
      {
        more: `resources:
  Resources:
    Denied: { Type: AWS::ApiGateway::GatewayResponse, Properties: { ResponseType: FORBIDDEN } }
`,
      },
    ],
    ['an unknown option', { options: 'timeoutMs: 1000' }],
  ])('is one sentence of the README, without a stack: %s', async (_what, mistake) => {
    const printed = await start(mistake);
    expect(sentences.filter((sentence) => printed.includes(sentence))).toHaveLength(1);
    expect(printed).not.toMatch(/^\s+at /m);
  });
});
