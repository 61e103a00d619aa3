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

module.exports = {
  forbidden: [
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
    {
      name: 'production-knows-no-workbench',
      comment:
        'local/, deploy/, tests/, bench/ and scripts/ may import anything; nothing that is deployed imports them.',
      severity: 'error',
      from: { path: production, pathNot: tests },
      to: { path: '^(local|offline-gateway|deploy|build|smoke|tests|bench|scripts|examples)/' },
    },
    {
      name: 'common-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^common/', pathNot: tests },
      to: { path: '^(authorizer|functions)/' },
    },
    {
      name: 'authorizer-knows-no-tasks',
      severity: 'error',
      from: { path: '^authorizer/', pathNot: tests },
      to: { path: ['^functions/', 'node_modules/@middy/', 'node_modules/@aws-sdk/'] },
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
      name: 'http-knows-no-dynamodb',
      severity: 'error',
      from: { path: '^functions/http/', pathNot: tests },
      to: {
        path: [
          '^functions/store/',
          '^functions/[^/]+\\.ts$',
          'node_modules/@aws-sdk/',
          'node_modules/@smithy/',
        ],
      },
    },
    {
      name: 'store-knows-no-http',
      severity: 'error',
      from: { path: '^functions/store/', pathNot: tests },
      to: { path: ['^functions/http/', '^functions/[^/]+\\.ts$', '^authorizer/'] },
    },
    {
      name: 'one-file-authenticates-optionally',
      severity: 'error',
      from: { path: '^functions/', pathNot: [tests, '^functions/http/optional-caller\\.ts$'] },
      to: { path: '^authorizer/' },
    },
    only('jsonwebtoken', 'node_modules/(@types/)?jsonwebtoken/', ['^authorizer/shared-secret\\.ts$']),
    only('jose', 'node_modules/jose/', ['^authorizer/key-set\\.ts$']),
    only('middy', 'node_modules/@middy/', ['^functions/http/']),
    only('aws-sdk', 'node_modules/(@aws-sdk|@smithy)/', ['^functions/store/']),
    {
      name: 'gateway-stands-alone',
      comment: 'The offline gateway is to be published by itself.',
      severity: 'error',
      from: { path: '^offline-gateway/' },
      to: { path: '^(authorizer|bench|build|common|deploy|examples|functions|local|scripts|smoke|tests)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // provider.mjs runs on the packages of its own folder, which are installed when its suite first runs.
    exclude: {
      path: ['\\.esbuild/', '\\.serverless/', '\\.local/', '^tests/conformance/oauth/provider\\.mjs$'],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
