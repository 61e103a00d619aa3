import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildSync } from 'esbuild';
import { send } from '../../offline-gateway/conformance/client.ts';
import { type Offline, startOffline } from '../../offline-gateway/conformance/offline.ts';
import { bearer, goodClaims, hmacSigner, ISSUER, type Json, mint, SECRET } from '../../support/tokens.ts';

jest.setTimeout(240_000);

const REPOSITORY = join(import.meta.dirname, '../..');
const NAME = 'better-auth-lambda-authorizer';
const LINKED = [
  'jose',
  'jsonwebtoken',
  '@types',
  '@middy',
  'serverless-offline',
  'serverless-offline-gateway',
  'esbuild',
];
const ENV = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_SECRET: SECRET };
let folder: string;
let installed: string;

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...ENV } });

/** A token of this minute: the servers of this suite go by the clock of the machine. */
function issued(claims: Json = {}): string {
  const nowS = Math.floor(Date.now() / 1000);
  return bearer(mint(hmacSigner(), { claims: goodClaims({ iat: nowS - 60, exp: nowS + 840, ...claims }) }));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'authorizer-'));
  const modules = join(folder, 'node_modules');
  installed = join(modules, NAME);
  mkdirSync(installed, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: join(REPOSITORY, 'authorizer'),
  });
  const [tarball = ''] = globSync('*.tgz', { cwd: folder });
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  for (const name of LINKED) symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
  cpSync(join(REPOSITORY, 'examples/authorizer'), folder, { recursive: true });
  const compiled = {
    outdir: '.',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
  } as const;
  const entryPoints = globSync('*.ts', { cwd: folder });
  buildSync({ absWorkingDir: folder, entryPoints, ...compiled, platform: 'node', format: 'esm' });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('has both formats, types and its pages, and no source', () => {
    const names = globSync('**', { cwd: installed });
    const wanted = ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/esm/index.js', 'dist/cjs/index.js'];
    expect(names).toEqual(expect.arrayContaining(wanted));
    expect(names.filter((name) => /test|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  const ask = `authorize({ type: 'TOKEN', methodArn: 'arn:aws:execute-api:eu-central-1:1:a/s/GET/x', authorizationToken: process.argv[1] })
    .then(({ principalId, context }) => process.stdout.write(JSON.stringify([principalId, context.code ?? context.userId])))`;
  const quiet = `{ log: { debug() {}, info() {}, warn() {}, error() {} } }`;

  it.each([
    ['import', 'module', `import { makeRestAuthorizer } from '${NAME}';`],
    ['require', 'commonjs', `const { makeRestAuthorizer } = require('${NAME}');`],
  ])('works by %s, with three lines', (_name, type, load) => {
    const script = `${load}\nconst authorize = makeRestAuthorizer(${quiet});\n${ask}`;
    const verdictOf = (header: string) =>
      JSON.parse(run(process.execPath, `--input-type=${type}`, '--eval', script, '--', header));
    expect(verdictOf(issued())).toEqual(['user-1', 'user-1']);
    expect(verdictOf(issued({ exp: 1 }))).toEqual(['unauthenticated', 'token_expired']);
  });

  it('has types for projects of the types module and commonjs, and demands no others', () => {
    const programs = ['use.mts', 'use.cts'];
    for (const file of programs)
      writeFileSync(
        join(folder, file),
        `import { type Identity, makeRestAuthorizer, readCaller } from '${NAME}';
export const authorize = makeRestAuthorizer();
export const caller: Identity = readCaller({ requestContext: {} }, { scope: 'a' });
// @ts-expect-error a scope is text
readCaller({ requestContext: {} }, { scope: 1 });
`,
      );
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    expect(run(process.execPath, tsc, ...options, ...programs)).toBe('');
  });
});

describe('the REST API of the example', () => {
  let offline: Offline;
  beforeAll(async () => {
    offline = await startOffline({ service: folder, env: ENV });
  });
  afterAll(() => offline?.stop());

  const get = (path: string, header?: string, method = 'GET') =>
    send(offline.url, path, { method, headers: header ? [['Authorization', header]] : [] });

  it.each(['/dev/notes', '/dev/same-notes'])('lets a valid token in at %s and says why not', async (path) => {
    const allowed = await get(path, issued());
    expect([allowed.status, allowed.json()]).toEqual([200, { userId: 'user-1' }]);
    const refused = await get(path, issued({ exp: 1 }));
    expect([refused.status, refused.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'token_expired' }),
    ]);
    expect((await get(path)).status).toBe(401);
  });

  it('holds clients to the scope in the middleware', async () => {
    const reader = issued({ client_id: 'agent', scope: 'notes:read' });
    expect((await get('/dev/notes', issued(), 'POST')).json()).toEqual({ owner: 'user-1' });
    expect((await get('/dev/notes', reader, 'POST')).status).toBe(403);
  });

  it('finds an optional caller without an authorizer', async () => {
    expect((await get('/dev/me', issued())).json()).toEqual({ user: 'user-1' });
    expect((await get('/dev/me')).json()).toEqual({ user: null });
  });
});

describe('the HTTP API of the example', () => {
  let offline: Offline;
  beforeAll(async () => {
    offline = await startOffline({
      service: folder,
      env: ENV,
      args: ['--config', 'serverless-http-api.yml'],
    });
  });
  afterAll(() => offline?.stop());

  it('lets a valid token in, and refuses without a reason of ours', async () => {
    const ask = (header: string) => send(offline.url, '/notes', { headers: [['Authorization', header]] });
    const allowed = await ask(issued());
    expect([allowed.status, allowed.json()]).toEqual([200, { userId: 'user-1' }]);
    const refused = await ask(issued({ exp: 1 }));
    expect(refused.status).toBe(403);
    expect(refused.body).not.toContain('token_expired');
  });
});
