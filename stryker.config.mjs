/**
 * `npm run test:mutation`: does a test notice when a line of the authorizer is changed? About half an hour on two cores,
 * so it is not in CI's path. What survives is explained in tests/mutation/survivors.md.
 */
// biome-ignore lint/style/noDefaultExport: Stryker reads it so.
export default {
  mutate: [
    'authorizer/*.ts',
    'common/*.ts',
    'functions/http/scope.ts',
    '!**/*.test.ts',
    '!authorizer/handler.ts',
  ],
  plugins: ['@stryker-mutator/jest-runner'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'tests/mutation/jest.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  // On a terminal a bar with what is left, elsewhere plain lines.
  reporters: [
    'clear-text',
    process.stdout.isTTY && !process.env.CI ? 'progress' : 'progress-append-only',
    'json',
  ],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation.json' },
  tempDirName: '.local/mutation',
  ignorePatterns: ['.local', '.serverless', '.esbuild', 'reports', 'examples'],
  thresholds: { high: 98, low: 95, break: 95 },
};
