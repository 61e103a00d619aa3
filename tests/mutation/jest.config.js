import config from '../../jest.config.js';
import { resolveTool } from '../../support/tools.ts';

/** The tests next to the code, except the one that starts processes, which a mutant does not reach. */
export default {
  ...config,
  rootDir: '../..',
  testEnvironment: resolveTool('@stryker-mutator/jest-runner/jest-env/node'),
  testMatch: [
    '<rootDir>/authorizer/*.test.ts',
    '<rootDir>/common/*.test.ts',
    '<rootDir>/functions/http/scope.test.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', 'authorizer/handler.test.ts'],
};
