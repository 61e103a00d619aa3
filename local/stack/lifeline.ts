import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** After this long, what still has not stopped is cut off. Nothing is lost: acknowledged writes are on disk. */
const GRACE_MS = 1000;
const PARENT_POLL_MS = 250;
const FAILURE_POLL_MS = 100;
const STOPPED = 0;
const INTERRUPTED = 130;
/** The beginning of /proc/<pid>/stat: process id, name, state, parent. */
const SHELL_AND_ITS_PARENT = /^\d+ \([a-z]*sh\) \S (\d+)/;

let ending = false;
let stopStack = async (): Promise<void> => {};
let failureWatch: NodeJS.Timeout | undefined;
/** No signal tells a process that its parent has gone; it only has another one from then on. */
const ANCESTORS = findAncestors();

/** Ends this process within the grace time when a signal, such as that of Ctrl-C, tells it to. A second one does not wait. */
export function endOnSignal(stop: () => Promise<void>): void {
  stopStack = stop;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
}

/** Ends this process in the same way when npm, which runs it, has gone; also while it is still starting. */
export function endWithNpm(): void {
  if (!isRunByNpm()) return;
  const timer = setInterval(() => {
    if (findAncestors() === ANCESTORS) return;
    clearInterval(timer);
    void end();
  }, PARENT_POLL_MS);
  timer.unref();
}

/**
 * Ends this process when the framework fails to start, say because of an option it does not know. It sets the exit
 * code and waits for the process to run out of work. With a bundler and servers running, that never happens.
 */
export function endOnFailure(): void {
  failureWatch ??= setInterval(() => {
    if (process.exitCode) process.exit(process.exitCode);
  }, FAILURE_POLL_MS).unref();
}

/** From now on an exit code is a function's own business. */
export function hasStarted(): void {
  clearInterval(failureWatch);
}

async function end(): Promise<void> {
  if (ending) process.exit(INTERRUPTED);
  ending = true;
  await Promise.race([stopStack(), sleep(GRACE_MS)]).catch(() => undefined);
  process.exit(STOPPED);
}

/** npm waits for what it runs, so a parent that has gone was killed. A shell may leave on purpose (`nohup … &`). */
function isRunByNpm(): boolean {
  return ['dev', 'start', 'npx'].includes(process.env['npm_lifecycle_event'] ?? '');
}

/**
 * The parent, and its own parent when the parent is a shell: npm may have started that shell, which outlives a killed
 * npm. The process above npm is the shell of the user, which may end.
 */
function findAncestors(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${SHELL_AND_ITS_PARENT.exec(stat)?.[1]}`;
  } catch {
    return String(process.ppid);
  }
}
