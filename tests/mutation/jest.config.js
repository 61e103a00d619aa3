import config from '../../jest.config.js';

/** The tests beside the code, but for the one that starts processes, to which a mutant does not reach. */
export default {
  ...config,
  rootDir: '../..',
  testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
  testMatch: [
    '<rootDir>/authorizer/*.test.ts',
    '<rootDir>/common/*.test.ts',
    '<rootDir>/functions/http/scope.test.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', 'authorizer/handler.test.ts'],
};
