import { resolve } from 'node:path';
import root from '../../../jest.config.js';

/** The conformance suite over another version of better-auth (run.ts). */
export default {
  ...root,
  rootDir: resolve(import.meta.dirname, '../../..'),
  resolver: '<rootDir>/tests/conformance/versions/resolver.cjs',
  testMatch: ['<rootDir>/tests/conformance/better-auth.test.ts'],
  maxWorkers: 1,
};
