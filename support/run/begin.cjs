const { mkdtempSync, readdirSync, rmSync, statfsSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const IN_MEMORY = '/dev/shm';
/** Several times what a run writes. In a container the folder may have 64 MB. */
const ENOUGH_BYTES = 2 * 2 ** 30;

/** Makes the folder in which the workers of one run share what is expensive to make (support/run/once.ts). */
module.exports = () => {
  const parent = findParent();
  removeAbandoned(parent);
  process.env.TEST_RUN_FOLDER = mkdtempSync(join(parent, `test-run-${process.pid}-`));
  // Its modules are compiled once.
  process.env.NODE_COMPILE_CACHE = join(process.env.TEST_RUN_FOLDER, 'compiled');
};

/** In memory where Linux has room for it: a copy of the project costs a tenth of the processor time there. */
function findParent() {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize > ENOUGH_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** What runs left that were killed. */
function removeAbandoned(parent) {
  for (const name of readdirSync(parent)) {
    const [, pid] = /^test-run-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
