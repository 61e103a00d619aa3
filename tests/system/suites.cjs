/**
 * Suites that start or package the whole service, and those that follow a page of docs on a copy of the project. Some run
 * npm, a command of package.json or a tool. `npm run test:system` runs them, and `npm test` all that are not here. `npm run
 * check:imports` holds that no suite of `npm test` imports what starts or packages the service.
 *
 * @type {readonly string[]} patterns of paths below the project's folder.
 */
module.exports = [
  '/examples/client/.*\\.test\\.ts$',
  '/local/stack/(refusals|stack-plugin|used-schema)\\.test\\.ts$',
  '/local/tokens/token\\.test\\.ts$',
  '/offline-gateway/conformance/.*\\.test\\.ts$',
  '/scripts/delete-user/.*\\.test\\.ts$',
  '/smoke/local-stack\\.test\\.ts$',
  '/tests/(browser|deploy|e2e|packages|reliability)/.*\\.test\\.ts$',
  '/tests/conformance/oauth-provider\\.test\\.ts$',
  '/tests/contract/lint\\.test\\.ts$',
  '/tests/documents/(resources|tasks-own-route)\\.test\\.ts$',
];
