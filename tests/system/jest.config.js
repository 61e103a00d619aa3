import config from '../../jest.config.js';
import SYSTEM_SUITES from './suites.cjs';

/** What `npm run test:system` runs. */
export default {
  ...config,
  rootDir: '../..',
  globalSetup: '<rootDir>/support/run/begin-system.cjs',
  testMatch: undefined,
  testRegex: SYSTEM_SUITES,
  testPathIgnorePatterns: config.testPathIgnorePatterns.filter((pattern) => !SYSTEM_SUITES.includes(pattern)),
};
