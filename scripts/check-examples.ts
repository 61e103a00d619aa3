/**
 * `npm run check:examples`: the examples of the authorizer package for AWS CDK and AWS SAM. The CDK app is type-checked and
 * synthesized with the packages of its own folder, which are installed once. What both deploy must be what the tests run:
 * protected routes, a TOKEN authorizer, simple responses, and a refusal that is 401.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLES = join(ROOT, 'examples/authorizer');
const CDK = join(EXAMPLES, 'cdk');
const ENV = { BETTER_AUTH_URL: 'https://auth.example.com', BETTER_AUTH_SECRET: 's'.repeat(32) };
const REASON = '{"code":"$context.authorizer.code","detail":"$context.authorizer.detail"}';

/** What decides about access in a deployed example. */
interface Access {
  /** Authorization of each route. */
  readonly routes: readonly unknown[];
  readonly restAuthorizer: unknown;
  readonly httpApiAuthorizer: unknown;
  readonly responses: Readonly<Record<string, string>>;
  readonly reason: unknown;
}

const WANTED: Access = {
  routes: ['CUSTOM', 'CUSTOM'],
  restAuthorizer: { type: 'TOKEN', cachedS: 300 },
  httpApiAuthorizer: { format: '2.0', simple: true, cachedS: 0 },
  responses: { ACCESS_DENIED: '401', AUTHORIZER_CONFIGURATION_ERROR: '503' },
  reason: REASON,
};

const faults = [...compare('cdk/app.ts', readCdk()), ...compare('sam.yml', readSam())];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

function compare(example: string, found: Access): string[] {
  return (Object.keys(WANTED) as (keyof Access)[])
    .filter((name) => JSON.stringify(found[name]) !== JSON.stringify(WANTED[name]))
    .map((name) => `examples/authorizer/${example}: ${name} is ${JSON.stringify(found[name])}`);
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  execFileSync(file, args, {
    cwd: CDK,
    stdio: 'pipe',
    env: { ...process.env, ...env },
    shell: file === 'npm' && process.platform === 'win32',
  });
}

function readCdk(): Access {
  if (!existsSync(join(CDK, 'node_modules/aws-cdk-lib')))
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', CDK]);
  const output = mkdtempSync(join(tmpdir(), 'cdk-'));
  try {
    const PATH = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
    run(process.execPath, ['--no-warnings', 'app.ts'], { ...ENV, PATH, CDK_OUTDIR: output });
    return accessOf(JSON.parse(readFileSync(join(output, 'Notes.template.json'), 'utf8')));
  } finally {
    rmSync(output, { recursive: true });
  }
}

type Properties = Readonly<Record<string, never>>;

function accessOf({
  Resources,
}: {
  Resources: Record<string, { Type: string; Properties: Properties }>;
}): Access {
  const of = (type: string) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  const [rest, http] = [of('AWS::ApiGateway::Authorizer')[0], of('AWS::ApiGatewayV2::Authorizer')[0]];
  const routes = [...of('AWS::ApiGateway::Method'), ...of('AWS::ApiGatewayV2::Route')];
  const responses = of('AWS::ApiGateway::GatewayResponse');
  return {
    routes: routes.map(({ AuthorizationType }) => AuthorizationType),
    restAuthorizer: { type: rest?.['Type'], cachedS: rest?.['AuthorizerResultTtlInSeconds'] },
    httpApiAuthorizer: {
      format: http?.['AuthorizerPayloadFormatVersion'],
      simple: http?.['EnableSimpleResponses'],
      cachedS: http?.['AuthorizerResultTtlInSeconds'],
    },
    responses: Object.fromEntries(
      responses.map(({ ResponseType, StatusCode }) => [ResponseType, StatusCode]),
    ),
    reason: responses[0]?.['ResponseTemplates']?.['application/json'],
  };
}

/** SAM is translated by AWS. Its default authorizer protects each route that does not say otherwise. */
function readSam(): Access {
  const { Resources } = parse(readFileSync(join(EXAMPLES, 'sam.yml'), 'utf8'), { logLevel: 'silent' });
  const { RestApi, HttpApi, ListNotes } = Resources;
  const { Auth: rest, GatewayResponses: responses } = RestApi.Properties;
  const { Auth: http } = HttpApi.Properties;
  const authorizer = (auth: typeof rest) => auth.Authorizers[auth.DefaultAuthorizer];
  const routes = Object.values<{ Properties: { Auth?: unknown } }>(ListNotes.Properties.Events);
  return {
    routes: routes.map(({ Properties }) => (Properties.Auth === undefined ? 'CUSTOM' : Properties.Auth)),
    restAuthorizer: {
      type: authorizer(rest).FunctionPayloadType,
      cachedS: authorizer(rest).Identity.ReauthorizeEvery,
    },
    httpApiAuthorizer: {
      format: authorizer(http).AuthorizerPayloadFormatVersion,
      simple: authorizer(http).EnableSimpleResponses,
      cachedS: authorizer(http).Identity.ReauthorizeEvery,
    },
    responses: Object.fromEntries(
      Object.entries<{ StatusCode: string }>(responses).map(([type, { StatusCode }]) => [type, StatusCode]),
    ),
    reason: responses.ACCESS_DENIED.ResponseTemplates['application/json'],
  };
}
