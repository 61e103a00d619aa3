import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { send } from './client.ts';
import { describeWithEsbuild, esbuildPlugin } from './esbuild-plugin.ts';
import { startOffline } from './offline.ts';

jest.setTimeout(240_000);

const GATEWAY = join(import.meta.dirname, '..');
const MODULES = join(GATEWAY, '../node_modules');
const ECHO = `exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });\n`;
let folder: string;

const JAVASCRIPT = { plugins: '', runtime: 'nodejs24.x', file: 'echo.js', text: ECHO };
const TYPESCRIPT = {
  plugins: 'serverless-esbuild, ',
  runtime: 'nodejs24.x',
  file: 'echo.ts',
  text: `import { toText } from './text.js';
export const handler = async (event: unknown) => ({ statusCode: 200, body: toText(event) });
`,
};
const PYTHON = {
  plugins: '',
  runtime: 'python3.12',
  file: 'echo.py',
  text: `import json


def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}
`,
};

/** A service in an empty folder, whose plugin comes from node_modules as npm would put it there. */
function writeService(events: string, { plugins, runtime, file, text } = JAVASCRIPT): string {
  const service = join(folder, 'service');
  for (const name of ['echo.js', 'echo.ts', 'text.ts', 'echo.py'])
    rmSync(join(service, name), { force: true });
  writeFileSync(join(service, file), text);
  if (file === 'echo.ts') writeFileSync(join(service, 'text.ts'), 'export const toText = JSON.stringify;\n');
  writeFileSync(
    join(service, 'serverless.yml'),
    `service: stranger
frameworkVersion: '4'
provider: { name: aws, runtime: ${runtime}, region: eu-central-1, stage: dev }
plugins: [serverless-offline-gateway, ${plugins}serverless-offline]
custom: { serverless-offline: { host: 127.0.0.1 } }
functions:
  echo:
    handler: echo.handler
    events: [${events}]
`,
  );
  return service;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const service = join(folder, 'service');
  const modules = join(service, 'node_modules');
  mkdirSync(service);
  writeFileSync(join(service, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: GATEWAY });
  const [tarball = ''] = globSync('*.tgz', { cwd: folder });
  // Without the peers, which are linked: installing them takes a minute.
  const install = ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', [...install, join(folder, tarball)], { cwd: service });
  for (const name of ['serverless-offline', 'esbuild']) symlinkSync(join(MODULES, name), join(modules, name));
  if (esbuildPlugin !== undefined) symlinkSync(esbuildPlugin, join(modules, 'serverless-esbuild'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  const files = () => globSync('service/node_modules/serverless-offline-gateway/**', { cwd: folder });

  it('has types and its pages, and neither tests nor fixtures', () => {
    const names = files().map((file) => file.replace('service/node_modules/serverless-offline-gateway/', ''));
    const wanted = [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'API-GATEWAY.md',
      'index.cjs',
      'index.d.cts',
      'instance.d.cts',
    ];
    expect(names).toEqual(expect.arrayContaining(wanted));
    expect(names.filter((name) => /test|fixtures|conformance|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  it('gives other plugins an instance to run calls in, by `import` and by `require`', () => {
    const probe = `
      runAsFunction((fault) => console.log(fault.message), () => {
        console.log(process.env.OF_SHELL);
        Promise.reject(new Error('not handled'));
      });
      console.log(process.env.OF_SHELL);`;
    const load = {
      'probe.mjs': "import { runAsFunction } from 'serverless-offline-gateway/instance';",
      'probe.cjs': "const { runAsFunction } = require('serverless-offline-gateway/instance');",
    };
    for (const [file, line] of Object.entries(load)) {
      const [cwd, env] = [join(folder, 'service'), { ...process.env, OF_SHELL: 'shell' }];
      writeFileSync(join(cwd, file), line + probe);
      const printed = execFileSync(process.execPath, [file], { cwd, env, encoding: 'utf8' });
      expect(printed.trim().split('\n')).toEqual(['undefined', 'shell', 'not handled']);
    }
  });

  it.each([
    ['JavaScript', JAVASCRIPT],
    ['Python', PYTHON],
  ])('answers for a service in %s as API Gateway does', (_language, language) => requireAnswers(language));

  it('leaves httpApi events to serverless-offline where a service has http events too', async () => {
    const events = '{ http: { method: get, path: /a } }, { httpApi: { method: get, path: /b } }';
    const offline = await startOffline({ service: writeService(events) });
    try {
      expect((await send(offline.url, '/dev/a/')).json()).toMatchObject({ resource: '/a' });
      expect((await send(offline.url, '/b')).json()).toMatchObject({ version: '2.0', rawPath: '/b' });
    } finally {
      await offline.stop();
    }
  });

  it.each([
    ['only httpApi events', '{ httpApi: { method: get, path: /a } }'],
    ['httpApi and scheduled events', '{ httpApi: { method: get, path: /a } }, { schedule: rate(1 day) }'],
  ])('leaves a service with %s alone', async (_kind, events) => {
    const offline = await startOffline({ service: writeService(events) });
    try {
      expect((await send(offline.url, '/a')).json()).toMatchObject({ version: '2.0' });
      expect((await send(offline.url, '/nowhere')).status).toBe(404);
      expect(offline.output()).not.toContain('offline-gateway:');
    } finally {
      await offline.stop();
    }
  });

  it.each([
    ['without events', ''],
    ['with scheduled events alone', '{ schedule: rate(1 day) }'],
  ])('leaves a service %s to serverless-offline', async (_kind, events) => {
    const service = writeService(events);
    const offline = await startOffline({ service, readyAt: 'Function names exposed' });
    try {
      const path = '/2015-03-31/functions/stranger-dev-echo/invocations';
      const reply = await send(offline.lambdaUrl, path, { method: 'POST', body: '{"a":1}' });
      expect(reply.json()).toEqual({ statusCode: 200, body: '{"a":1}' });
      expect(offline.output()).not.toContain('offline-gateway:');
    } finally {
      await offline.stop();
    }
  });
});

describe('the README, from an empty folder', () => {
  const readme = readFileSync(join(GATEWAY, 'README.md'), 'utf8');
  const [, walk = ''] = /### From an empty folder\n(.*?)\n### /s.exec(readme) ?? [];
  const file = (name: string) => walk.split(`\n\`${name}\`:\n\n`)[1]?.split(/^```.*\n/m)[1] ?? '';
  const calls = [
    ...walk.matchAll(/^curl (?:-H "(?<header>[^"]+)" )?http:\/\/[^/]+(?<path>\S+)\n# (?<body>.+)$/gm),
  ];

  it('answers each of its calls as it says', async () => {
    const service = join(folder, 'service');
    for (const name of ['serverless.yml', 'handlers.js']) writeFileSync(join(service, name), file(name));
    const offline = await startOffline({ service, args: ['--host', '127.0.0.1'], asInstalled: true });
    try {
      expect(calls).toHaveLength(3);
      for (const { groups: { header, path = '', body } = {} } of calls) {
        const [name = '', value = ''] = header?.split(': ') ?? [];
        const reply = await send(offline.url, path, { headers: header ? [[name, value]] : [] });
        expect(reply.body).toBe(body);
      }
    } finally {
      await offline.stop();
    }
  });
});

describeWithEsbuild('the tarball, with serverless-esbuild', () => {
  it('answers for a service in TypeScript as API Gateway does', () => requireAnswers(TYPESCRIPT));
});

async function requireAnswers(language: typeof JAVASCRIPT): Promise<void> {
  const events = '{ http: { method: get, path: /a } }';
  const offline = await startOffline({ service: writeService(events, language) });
  try {
    expect((await send(offline.url, '/dev/a/')).json()).toMatchObject({ path: '/a/', resource: '/a' });
    expect((await send(offline.url, '/dev/nowhere')).body).toBe('{"message":"Missing Authentication Token"}');
    // Nothing is announced about an authorizer that the service does not have.
    expect(offline.output()).not.toContain('authorizer');
  } finally {
    await offline.stop();
  }
}
