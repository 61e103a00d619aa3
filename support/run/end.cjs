const { globSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');

/** Ends the processes that the tests of a run shared, and removes its folder. */
module.exports = async () => {
  const folder = process.env.TEST_RUN_FOLDER;
  for (const file of globSync('*.pid', { cwd: folder })) {
    try {
      process.kill(Number(readFileSync(join(folder, file), 'utf8')));
    } catch {
      // it has ended
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};
