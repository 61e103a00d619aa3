const { relative } = require('node:path');

const SHOWN = 10;

/** A jest reporter: after a run of many suites, those that took longest, and their share of the time of all. */
module.exports = class SlowSuites {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= SHOWN) return;
    const suites = testResults
      .map(({ testFilePath, perfStats: { start, end } }) => ({ file: testFilePath, ms: end - start }))
      .sort((left, right) => right.ms - left.ms);
    const allMs = suites.reduce((sum, { ms }) => sum + ms, 0);
    const share = (ms) => `${((100 * ms) / allMs).toFixed(1)} %`.padStart(7);
    const rows = suites
      .slice(0, SHOWN)
      .map(({ file, ms }) => `${share(ms)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${relative('.', file)}`);
    console.log(
      ['', `The slowest of ${suites.length} suites, with their share of the time of all:`, ...rows].join(
        '\n',
      ),
    );
  }
};
