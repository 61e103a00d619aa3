const { relative } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** The suites that take longest, longest first. A fresh clone does not know how long each takes. */
const LONGEST = [
  'tests/reliability/short.test.ts',
  'tests/documents/tasks-own-route.test.ts',
  'local/stack/stack-plugin.test.ts',
  'offline-gateway/conformance/package.test.ts',
  'offline-gateway/conformance/conformance.test.ts',
  'tests/documents/resources.test.ts',
  'local/stack/refusals.test.ts',
  'tests/deploy/stages.test.ts',
  'tests/e2e/failed-start.test.ts',
  'offline-gateway/conformance/refusals.test.ts',
  'tests/e2e/authorizer-package.test.ts',
  'tests/e2e/saving.test.ts',
  'tests/e2e/tokens.test.ts',
  'smoke/local-stack.test.ts',
  'examples/client/tasks/client.test.ts',
  'offline-gateway/conformance/faults.test.ts',
  'tests/concurrency/paging.test.ts',
  'tests/conformance/better-auth.test.ts',
  'functions/store/dynamo-client.test.ts',
  'tests/concurrency/lost-updates.test.ts',
  'tests/conformance/key-rotation.test.ts',
  'functions/store/dynamo-store.test.ts',
  'functions/store/store.test.ts',
  'tests/security/properties.test.ts',
  'local/tokens/advice.test.ts',
  'tests/security/isolation.test.ts',
];
/** They wait for what tests/deploy/stages.test.ts packages, so they come last. */
const LAST = /^tests\/deploy\//;

/** Jest's order of suites, but a run never ends with one core waiting for a long suite. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((left, right) => placeOf(left) - placeOf(right));
  }
};

function placeOf({ path, context }) {
  const file = relative(context.config.rootDir, path).replaceAll('\\', '/');
  const place = LONGEST.indexOf(file);
  if (place >= 0) return place;
  return LAST.test(file) ? LONGEST.length + 1 : LONGEST.length;
}
