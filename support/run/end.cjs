const { globSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const PATIENCE_MS = 3000;
const POLL_MS = 50;

/** Ends the processes that the suites of a run shared, and removes its folder. */
module.exports = async () => {
  const folder = process.env.TEST_RUN_FOLDER;
  const pids = globSync('*.pid', { cwd: folder }).map((file) =>
    Number(readFileSync(join(folder, file), 'utf8')),
  );
  await Promise.all(pids.map(end));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};

async function end(pid) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let signal = 'SIGTERM'; send(pid, signal); signal = Date.now() > deadline ? 'SIGKILL' : 0)
    await sleep(POLL_MS);
}

/** Whether there was such a process. Signal 0 only asks. */
function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
