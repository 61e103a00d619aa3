const SYSTEM_SUITES = require('./tests/system/suites.cjs');

/** Which way imports point; the table is in CONTRIBUTING.md. Type-only imports count. */
const production = '^(authorizer|functions|common)/';
const tests = '\\.test\\.ts$';

/** One importer per runtime dependency, so that replacing it touches one place. */
const only = (name, dependency, importers) => ({
  name: `${name}-in-one-place`,
  severity: 'error',
  from: { path: production, pathNot: [tests, ...importers] },
  to: { path: dependency },
});

/** `from` imports `to` and packages, and nothing else: a new folder is closed until it is listed here. */
const mayImport = (name, from, to, pathNot = tests) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot },
  to: { pathNot: ['node_modules/', ...to], dependencyTypesNot: ['core'] },
});

/** Each folder of `root` imports itself, the folders after it, and `others`. */
const inOrder = (root, folders, others) =>
  folders.map((folder, at) =>
    mayImport(
      `${root}-${folder}-imports-what-comes-after-it`,
      `^${root}/${folder}/`,
      [`^${root}/(${folders.slice(at).join('|')})/`, ...others],
      [tests, '/fixtures/'],
    ),
  );

const GATEWAY = ['gateway', 'authorizer', 'service', 'proxy', 'functions', 'responses', 'exchange'];
const GATEWAY_BASE = '^offline-gateway/(framework|report|serverless-offline|settings|values)\\.ts$';

/** What starts or packages the whole service, or follows a page on a copy of it. */
const STARTERS = [
  '^support/(packaged|stack)\\.ts$',
  '^offline-gateway/conformance/offline\\.ts$',
  '^tests/documents/follow-page\\.ts$',
];

/** Each stands alone on what is below. */
const TOOLS = ['tests', 'bench', 'smoke', 'scripts'];
const BELOW_TOOLS = [
  production,
  '^(offline-gateway|local|deploy|build|support|examples)/',
  '^jest\\.config\\.js$',
];

module.exports = {
  forbidden: [
    ...inOrder('offline-gateway', GATEWAY, [GATEWAY_BASE]),
    mayImport('gateway-base-imports-nothing-above-it', GATEWAY_BASE, [GATEWAY_BASE]),
    mayImport('local-stack-imports-the-other-rooms', '^local/stack/', [
      '^local/',
      production,
      '^offline-gateway/instance\\.d\\.cts$',
    ]),
    mayImport('local-tokens-imports-sign-in', '^local/tokens/', [
      '^local/(tokens|sign-in|settings)/',
      production,
    ]),
    mayImport('local-database-imports-settings', '^local/database/', [
      '^local/(database|settings)/',
      production,
    ]),
    mayImport('local-sign-in-imports-settings', '^local/sign-in/', [
      '^local/(sign-in|settings)/',
      production,
    ]),
    mayImport('local-settings-imports-production', '^local/settings/', ['^local/settings/', production]),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: { path: production, pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: ['node_modules/@types/'],
      },
    },
    mayImport('operations-import-what-is-below-them', '^functions/[^/]+$', ['^(common|functions)/']),
    mayImport('services-compose', '^functions/services/', [
      '^functions/(services|http|store|domain)/',
      '^common/',
    ]),
    mayImport('http-knows-no-storage', '^functions/http/', [
      '^functions/(http|domain)/',
      '^common/',
      '^authorizer/index\\.ts$',
    ]),
    mayImport('store-knows-no-http', '^functions/store/', ['^functions/(store|domain)/', '^common/']),
    mayImport(
      'another-folder-of-functions-is-listed-here-first',
      '^functions/[^/]+/',
      [],
      [tests, '^functions/(domain|http|store|services)/'],
    ),
    mayImport('common-imports-nothing-of-ours', '^common/', ['^common/']),
    mayImport('authorizer-imports-common', '^authorizer/', ['^(authorizer|common)/']),
    {
      name: 'authorizer-knows-no-framework',
      severity: 'error',
      from: { path: '^authorizer/', pathNot: tests },
      to: { path: ['node_modules/@middy/', 'node_modules/@aws-sdk/'] },
    },
    {
      name: 'nothing-imports-the-lambda-entry-of-the-authorizer',
      severity: 'error',
      from: { path: production, pathNot: tests },
      to: { path: '^authorizer/handler\\.ts$' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^functions/domain/', pathNot: tests },
      to: { pathNot: ['^functions/domain/', '^common/app-error\\.ts$'] },
    },
    {
      name: 'few-files-know-the-authorizer',
      severity: 'error',
      from: { path: '^functions/', pathNot: [tests, '^functions/http/(caller|optional-caller|scope)\\.ts$'] },
      to: { path: '^authorizer/' },
    },
    only('jsonwebtoken', 'node_modules/(@types/)?jsonwebtoken/', ['^authorizer/shared-secret\\.ts$']),
    only('jose', 'node_modules/jose/', ['^authorizer/key-set\\.ts$']),
    only('middy', 'node_modules/@middy/', ['^functions/http/']),
    only('aws-sdk', 'node_modules/(@aws-sdk|@smithy)/', ['^functions/store/']),
    only('smithy', 'node_modules/(@smithy|@aws-sdk/core)/', ['^functions/store/dynamo-client\\.ts$']),
    // A deployment reads settings with the readers of the functions.
    mayImport('deploy-imports-the-readers-of-settings', '^deploy/', [
      '^deploy/',
      '^authorizer/config\\.ts$',
      '^functions/services/config\\.ts$',
    ]),
    mayImport('build-imports-the-bundler-of-the-laptop', '^build/', [
      '^build/',
      '^local/stack/(bundles-plugin\\.cjs|bundle-options\\.ts)$',
    ]),
    mayImport(
      'support-imports-what-is-below-it',
      '^support/',
      ['^(support|local)/', production, '^offline-gateway/conformance/(free-ports|markdown)\\.ts$'],
      [],
    ),
    // What two of them need is in support/.
    ...TOOLS.map((tool) =>
      mayImport(`${tool}-imports-no-other-tool`, `^${tool}/`, [`^${tool}/`, ...BELOW_TOOLS], []),
    ),
    mayImport('examples-import-the-package', '^examples/', ['^examples/', '^authorizer/index\\.ts$']),
    {
      name: 'the-gateway-is-used-by-its-package-name',
      comment:
        'As in any other project. By path only what is not in the package: conformance/, which starts `serverless offline` for benchmarks and tests of other folders, finds free ports and writes tables.',
      severity: 'error',
      from: { pathNot: '^offline-gateway/' },
      to: {
        path: '^offline-gateway/',
        pathNot: '^offline-gateway/conformance/',
        dependencyTypesNot: ['aliased-workspace'],
      },
    },
    {
      name: 'npm-test-starts-no-stack',
      severity: 'error',
      // The table of benchmarks is checked, and none of them is run.
      from: {
        path: tests,
        pathNot: [...SYSTEM_SUITES.map((suites) => `^${suites.slice(1)}`), '^bench/document\\.test\\.ts$'],
      },
      to: { path: STARTERS, reachable: true },
    },
    // The offline gateway is to be published by itself; its tests and fixtures are a part of it.
    mayImport('gateway-stands-alone', '^offline-gateway/', ['^offline-gateway/'], []),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // provider.mjs runs on the packages of its own folder, which are installed when its suite first runs.
    exclude: {
      path: [
        '\\.esbuild/',
        '\\.serverless/',
        '\\.local/',
        '^tests/conformance/oauth/provider\\.mjs$',
        '^examples/authorizer/(cdk|sst)/',
      ],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
