import SYSTEM_SUITES from './tests/system/suites.cjs';

/** Unit tests are next to their file; `tests/` holds what spans files. Run through `npm test`, which sets the module flags. */
export default {
  testEnvironment: 'node',
  // All cores: much of the time is spent waiting for servers that the tests start.
  maxWorkers: '100%',
  // Tests wait for real servers. A machine that does other work as well needs longer than the 5 s that jest allows.
  testTimeout: 30_000,
  globalSetup: '<rootDir>/support/run/begin.cjs',
  globalTeardown: '<rootDir>/support/run/end.cjs',
  testSequencer: '<rootDir>/support/jest/longest-first.cjs',
  reporters: ['default', '<rootDir>/support/jest/slow-suites.cjs'],
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.local/', '/.esbuild/', '/.serverless/', ...SYSTEM_SUITES],
  modulePathIgnorePatterns: ['<rootDir>/.esbuild', '<rootDir>/.serverless', '<rootDir>/.local'],
  transform: { '^.+\\.ts$': '<rootDir>/support/jest/strip-types.cjs' },
};
