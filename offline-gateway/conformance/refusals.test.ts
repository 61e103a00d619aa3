import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { send } from './client.ts';
import { DidNotStart, startOffline } from './offline.ts';
import { contextOf } from './row.ts';

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
  readonly provider?: string;
  readonly custom?: string;
  /** Under `custom.serverless-offline`. */
  readonly offline?: string;
}

function writeService(mistake: Mistake): void {
  const {
    event = 'path: /users',
    more = '',
    options = '',
    provider = '',
    custom = '',
    offline = '',
  } = mistake;
  writeFileSync(
    join(service, 'users.cjs'),
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });\n',
  );
  writeFileSync(
    join(service, 'offline-gateway.cjs'),
    `module.exports = require('${join(HERE, '../index.cjs')}');\n`,
  );
  writeFileSync(
    join(service, 'serverless.yml'),
    `service: refused
frameworkVersion: '4'
provider: { name: aws, runtime: nodejs24.x, region: eu-central-1, stage: dev, ${provider} }
plugins: [./offline-gateway.cjs, serverless-offline]
custom: { serverless-offline: { host: 127.0.0.1, ${offline} }, offlineGateway: { ${options} }, ${custom} }
functions:
  users:
    handler: users.handler
    events:
      - http: { method: get, ${event} }
${more}`,
  );
}

/** What a person sees after `serverless offline`. */
async function start(mistake: Mistake): Promise<string> {
  writeService(mistake);
  const started = await startOffline({ service }).catch((error: unknown) => error);
  if (started instanceof DidNotStart) return started.message;
  throw new Error('it started');
}

const README = readFileSync(join(HERE, '../README.md'), 'utf8');
/** The block of the README under "What a person sees". */
const [, shown = ''] = /What a person sees:\n\n```\n([^`]*)```/.exec(README) ?? [];
const sentences = shown.split('\n').filter(Boolean);
/** The lists of the README above that block. */
const [, stops = ''] = /### What stops the start\n(.*?)\nWhat a person sees:/s.exec(README) ?? [];
const bullets = stops.split('\n').filter((line) => line.startsWith('- '));

const printedAll: string[] = [];

/** A mistake of each bullet, found by its first words. */
const MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  'two path parameters at one place': [
    {
      event: "path: '/users/{id}'",
      more: "      - http: { method: get, path: '/users/{userId}/posts' }\n",
    },
  ],
  'more than 300 resources': [{ event: 'path: /a/b/c', options: 'maximumResources: 3' }],
  'an unknown type, key or reference in a gateway response': [
    {
      more: `resources:
  Resources:
    Denied: { Type: AWS::ApiGateway::GatewayResponse, Properties: { ResponseType: FORBIDDEN } }
`,
    },
  ],
  'authorizers that cannot run here': [{ event: 'path: /users, authorizer: aws_iam' }],
  'authorizers of `httpApi` events': [
    {
      provider: 'httpApi: { authorizers: { jwt: { type: request, functionName: users } } }',
      more: '      - httpApi: { method: get, path: /b, authorizer: { name: jwt } }\n',
    },
    { event: 'path: /users, integration: lambda, authorizer: users' },
  ],
  'a resource policy': [
    {
      provider:
        "apiGateway: { resourcePolicy: [{ Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: '*' }] }",
    },
  ],
  'response streaming': [{ event: 'path: /users, response: { transferMode: STREAM }' }],
  'another `custom.offline.customAuthenticationProvider`': [
    { custom: 'offline: { customAuthenticationProvider: ./mine.cjs }' },
  ],
  'an unknown option': [{ options: 'timeoutMs: 1000' }],
};
/** The version is read from the package that is installed; serverless-offline.test.ts has others. */
const NOT_A_MISTAKE_HERE = 'a serverless-offline other than 14';

describe('the README', () => {
  const begins = (text: string) => (bullet: string) => bullet.startsWith(`- ${text}`);

  it('lists each of these mistakes, and no other', () => {
    const known = [...Object.keys(MISTAKES), NOT_A_MISTAKE_HERE];
    expect(known.filter((text) => bullets.filter(begins(text)).length !== 1)).toEqual([]);
    expect(bullets.filter((bullet) => !known.some((text) => begins(text)(bullet)))).toEqual([]);
  });

  it.each(
    Object.entries(MISTAKES).flatMap(([text, mistakes]) => mistakes.map((each) => [text, each] as const)),
  )('says that this stops the start: %s', async (_text, mistake) => {
    const printed = await start(mistake);
    expect(printed).toMatch(/^offline-gateway: /m);
    expect(printed).not.toMatch(/^\s+at /m);
    printedAll.push(printed);
  });

  it('shows a person’s view of five of them, word for word', () => {
    expect(sentences).toHaveLength(5);
    expect(sentences.filter((sentence) => !printedAll.some((printed) => printed.includes(sentence)))).toEqual(
      [],
    );
  });
});

describe('without authorizers', () => {
  const POOL = 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc';
  const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:auth';
  const ROUTES: Mistake = {
    event: 'path: /users, authorizer: aws_iam',
    more: `      - http: { method: get, path: /pool, authorizer: { name: pool, type: COGNITO_USER_POOLS, arn: '${POOL}' } }
      - http: { method: get, path: /function, authorizer: '${FUNCTION}' }
`,
  };

  it.each<[string, Mistake, readonly string[]]>([
    ['--noAuth', {}, ['--noAuth']],
    ['noAuth: true', { offline: 'noAuth: true' }, []],
  ])('%s opens routes of every kind of authorizer, and says so once', async (_how, more, args) => {
    writeService({ ...ROUTES, ...more });
    const offline = await startOffline({ service, args });
    try {
      for (const path of ['/dev/users', '/dev/pool', '/dev/function']) {
        const reply = await send(offline.url, path);
        expect([path, reply.status, 'authorizer' in contextOf(reply)]).toEqual([path, 200, false]);
      }
      expect(offline.output().match(/--noAuth: every route is open/g)).toHaveLength(1);
    } finally {
      await offline.stop();
    }
  });
});
