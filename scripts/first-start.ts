/**
 * `npm run first-start`: what a newcomer does. Starts `npm run dev`, sends the line that it prints, and ends it. Exits 1 with
 * what was printed when the answer is not a 200. CI runs it on each system (.github/workflows/systems.yml).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 120_000;
const POLL_MS = 50;
const LINE = /^curl -H "Authorization: Bearer ([^"]+)" (\S+)$/m;

/** The npm that runs this, because `npm` is not a program on Windows. */
function startDev(): ChildProcess {
  const { npm_execpath: npm } = process.env;
  if (npm === undefined) throw new Error('Run it with npm: npm run first-start');
  return spawn(process.execPath, [npm, 'run', 'dev'], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Windows has no signals that a process could hear, and its children stay. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (process.platform === 'win32') execFileSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
  else child.kill('SIGTERM');
  await ended;
}

const began = performance.now();
const child = startDev();
let printed = '';
for (const stream of [child.stdout, child.stderr]) {
  stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
}
try {
  while (!LINE.test(printed)) {
    if (child.exitCode !== null) throw new Error(`npm run dev ended with ${child.exitCode}`);
    if (performance.now() - began > PATIENCE_MS) throw new Error(`nothing to paste after ${PATIENCE_MS} ms`);
    await sleep(POLL_MS);
  }
  const [, token, url = ''] = LINE.exec(printed) ?? [];
  const { status } = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  process.stdout.write(
    `GET ${url} answered 200, ${((performance.now() - began) / 1000).toFixed(1)} s after npm run dev\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${printed}\n`);
  process.exitCode = 1;
} finally {
  await end(child);
}
