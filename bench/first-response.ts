import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../support/measure/result.ts';
import { interleave } from '../support/measure/rounds.ts';
import { copyOfProject } from '../support/packaged.ts';
import { EXAMPLE } from '../support/resources.ts';
import { runStack } from '../support/stack.ts';
import { installTools, resolveTool } from '../support/tools.ts';

const POLL_MS = 10;
const PATIENCE_MS = 30_000;

/** From one command to the first authorised 200, with nothing built before. */
export const firstResponse: Benchmark = {
  ids: ['L3'],
  seconds: 70,
  run: async ({ rounds = 7 }) => {
    const measured = await interleave(
      [
        { name: 'stack', sample: () => untilFirst200(copyOfProject(), EXAMPLE.path) },
        { name: 'plain', sample: () => untilFirst200(makePlainService(), '/dev/hello') },
      ],
      rounds,
    );
    return {
      results: [
        {
          id: 'L3',
          what: 'one command to the first authorised 200: database, table, Better Auth and all',
          goal: { compare: '≤', limit: 1.15, further: 0.65, unit: '× plain serverless-offline' },
          figure: measured.ratio('stack', 'plain'),
          note: `${(measured.median('stack') / 1000).toFixed(2)} s against ${(measured.median('plain') / 1000).toFixed(2)} s, quartiles ${measured.spread('stack', 'plain')}`,
        },
      ],
    };
  },
};

type Service = ReturnType<typeof copyOfProject>;

/** Milliseconds. The token is the one that the stack prints; plain serverless-offline takes any. */
async function untilFirst200({ folder, remove }: Service, path: string): Promise<number> {
  const begun = performance.now();
  const run = await runStack({ folder });
  try {
    for (;;) {
      const [token] = /^ey[\w-]+\.[\w-]+\.[\w-]+$/m.exec(run.output()) ?? ['any'];
      const status = await ask(`${run.apiUrl.replace('localhost', '127.0.0.1')}${path}`, token);
      if (status === 200) return performance.now() - begun;
      if (performance.now() - begun > PATIENCE_MS) throw new Error(`no 200, but ${status}:\n${run.output()}`);
      await sleep(POLL_MS);
    }
  } finally {
    await run.stop();
    remove();
  }
}

async function ask(url: string, token: string): Promise<number | undefined> {
  try {
    const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await reply.arrayBuffer();
    return reply.status;
  } catch {
    return undefined;
  }
}

const HANDLERS = `
export const authorizer = async ({ methodArn }) => ({
  principalId: 'ann',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }] },
});
export const hello = async () => ({ statusCode: 200, body: '[]' });
`;

const SERVERLESS_YML = `
service: plain
frameworkVersion: '4'
plugins: [./esbuild.cjs, serverless-offline]
provider: { name: aws, runtime: nodejs24.x }
custom:
  serverless-offline: { host: 127.0.0.1, httpPort: '\${env:API_PORT}', lambdaPort: '\${env:LAMBDA_PORT}' }
functions:
  authorizer: { handler: handlers.authorizer }
  hello:
    handler: handlers.hello
    events:
      - http: { method: get, path: hello, authorizer: { name: authorizer, type: token } }
`;

/** What somebody has who installs serverless-offline and nothing else: one function and one authorizer. */
function makePlainService(): Service {
  const problem = installTools();
  if (problem !== undefined) throw new Error(problem);
  const folder = mkdtempSync(join(tmpdir(), 'plain-'));
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"name":"plain","version":"1.0.0"}');
  writeFileSync(join(folder, 'handlers.ts'), HANDLERS);
  // serverless-esbuild is among the maintainers' tools. The framework takes a plugin by name or by a relative path.
  const plugin = JSON.stringify(resolveTool('serverless-esbuild'));
  writeFileSync(join(folder, 'esbuild.cjs'), `module.exports = require(${plugin});\n`);
  writeFileSync(join(folder, 'serverless.yml'), SERVERLESS_YML);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
