import { beforeAll, describe, expect, it } from '@jest/globals';
import { makeAuthorize } from '../../authorizer/authorize.ts';
import { KeysUnavailable, Rejection } from '../../authorizer/rejections.ts';
import { startAuthorizer, tokenEvent } from '../../support/authorizers.ts';
import { fakeIssuer } from '../../support/issuer.ts';
import { recordLines } from '../../support/logs.ts';
import { packageService, propertiesOf, resourcesOf, type Template } from '../../support/packaged.ts';
import { bearer, ISSUER, makeKeyPair, mint } from '../../support/tokens.ts';

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: { readonly Namespace: string; readonly MetricName: string } };
}

interface Calls {
  readonly invocations: number;
  readonly errors: number;
  /** What the authorizer wrote meanwhile. */
  readonly lines: readonly string[];
}

let template: Template;

beforeAll(async () => {
  ({ template } = await packageService('prod'));
}, 300_000);

/** How many lines of the log a metric filter of the stack counts: those with each of its terms. */
function counted(metric: string, lines: readonly string[]): number | undefined {
  const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
  const filter = filters.find(({ MetricTransformations }) =>
    (MetricTransformations as { MetricName: string }[]).some(({ MetricName }) => MetricName === metric),
  );
  expect(filter?.['LogGroupName']).toEqual({ Ref: 'AuthorizerLogGroup' });
  const terms = [...String(filter?.['FilterPattern']).matchAll(/"([^"]+)"|(\S+)/g)];
  const found = lines.filter((line) =>
    terms.every(([, quoted, bare]) => new RegExp(`\\b${quoted ?? bare}\\b`).test(line)),
  ).length;
  const transformations = (filter?.['MetricTransformations'] ?? []) as { DefaultValue?: number }[];
  return found === 0 ? transformations[0]?.DefaultValue : found;
}

/** The metric math of CloudWatch as far as the alarm uses it. A metric without a data point is `undefined`. */
function evaluate(expression: string, values: Readonly<Record<string, number | undefined>>): number {
  const functions = {
    IF: (condition: boolean, one: number, other: number) => (condition ? one : other),
    // Nothing can be filled where a metric has no data point at all: CloudWatch then has no result.
    FILL: (value: number | undefined) => value ?? Number.NaN,
  };
  const scope = { ...functions, ...values };
  return new Function(...Object.keys(scope), `return ${expression}`)(...Object.values(scope));
}

/** Whether the alarm of the authorizer goes off after such calls. */
function isAlarming({ invocations, errors, lines }: Calls): boolean {
  const alarm = propertiesOf(template, 'AuthorizerErrorsAlarm') as { Metrics: Query[]; Threshold: number };
  const values: Record<string, number | undefined> = {};
  for (const { Id, MetricStat } of alarm.Metrics) {
    if (MetricStat === undefined) continue;
    const { Namespace, MetricName } = MetricStat.Metric;
    const ofLambda = { Invocations: invocations, Errors: errors }[MetricName];
    values[Id] = Namespace === 'AWS/Lambda' ? ofLambda : counted(MetricName, lines);
  }
  const expression = alarm.Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? '';
  return evaluate(expression, values) > alarm.Threshold;
}

/** Calls of an authorizer that each end as one of these errors says, or are accepted. */
async function callsEndingAs(...outcomes: readonly (readonly [times: number, outcome: Error | undefined])[]) {
  const { log, lines } = recordLines();
  let errors = 0;
  let invocations = 0;
  for (const [times, outcome] of outcomes) {
    const identity = { userId: 'ann', emailVerified: true, expiresAt: 2_000_000_000 };
    const authenticate = async () => {
      if (outcome !== undefined) throw outcome;
      return identity;
    };
    const authorize = makeAuthorize({ authenticate, log });
    for (let call = 0; call < times; call++) {
      invocations++;
      await authorize(tokenEvent('Bearer x')).catch(() => errors++);
    }
  }
  return { invocations, errors, lines };
}

const THROWN = new Rejection('unknown_key', { cacheable: false });
const CACHED = new Rejection('bad_signature');

describe('the metric filters of the authorizer', () => {
  it.each([
    ['AuthAllowed', 3],
    ['AuthDenied', 7],
    ['RefusedByError', 5],
    ['AuthUnavailable', 1],
  ])('count %s in the lines that it writes', async (metric, times) => {
    const outcomes = [
      [3, undefined],
      [5, THROWN],
      [2, CACHED],
      [1, new KeysUnavailable()],
    ] as const;
    const { lines } = await callsEndingAs(...outcomes);
    expect(lines).toHaveLength(3 + 5 + 2 + 1);
    expect(counted(metric, lines)).toBe(times);
  });
});

describe('the alarm of the authorizer', () => {
  it('is not raised by 1,000 tokens that name random keys', async () => {
    const pair = makeKeyPair('EdDSA');
    const env = { BETTER_AUTH_URL: ISSUER, BETTER_AUTH_JWKS_URL: `${ISSUER}/jwks` };
    const { authorize, lines } = startAuthorizer(env, {
      fetch: fakeIssuer(() => ({ keys: [pair.jwk] })).fetch,
    });
    let errors = 0;
    for (let call = 0; call < 1_000; call++) {
      const token = mint(pair, { header: { kid: `random-${call}` } });
      await authorize(tokenEvent(bearer(token))).catch(() => errors++);
    }
    expect(errors).toBeGreaterThan(900);
    expect(isAlarming({ invocations: 1_000, errors, lines })).toBe(false);
  });

  it.each([
    ['alone', []],
    ['among refusals that are thrown', [[1_000, THROWN]]],
    ['among refusals that are cached', [[1_000, CACHED]]],
    ['among calls that are accepted', [[400, undefined]]],
  ] as const)('is raised by an outage %s', async (_name, others) => {
    expect(isAlarming(await callsEndingAs([30, new KeysUnavailable()], ...others))).toBe(true);
  });

  it('is not raised by a few failures among few or many calls', async () => {
    expect(isAlarming(await callsEndingAs([5, new KeysUnavailable()]))).toBe(false);
    expect(isAlarming(await callsEndingAs([30, new KeysUnavailable()], [1_000, undefined]))).toBe(false);
  });
});

describe('what the API writes itself', () => {
  /** What API Gateway puts into texts without a client having a say in it, or quotes before it does. */
  const SAFE = /^(extendedRequestId|authorizer\.(code|detail)|error\.messageString)$/;

  it('stays JSON, whatever a client sends: it repeats nothing that a client can choose', () => {
    const responses = resourcesOf(template, 'AWS::ApiGateway::GatewayResponse');
    expect(responses.length).toBeGreaterThanOrEqual(12);
    for (const [, { Properties }] of responses) {
      const text = Object.values(Properties['ResponseTemplates'] as Record<string, string>).join('');
      const used = [...text.matchAll(/\$(\w+\.[\w.]+)/g)].map(([, name]) => String(name));
      expect(used.filter((name) => !SAFE.test(name.replace(/^context\./, '')))).toEqual([]);
      expect(used).toContain('context.extendedRequestId');
    }
  });

  it('names requests in the log by the id of the replies', () => {
    const { AccessLogSetting } = propertiesOf(template, 'ApiStage') as {
      AccessLogSetting: { Format: string };
    };
    const line = JSON.parse(AccessLogSetting.Format.replaceAll(/:(\$context\.[\w.]+)/g, ':"$1"'));
    expect(line.requestId).toBe('$context.extendedRequestId');
    expect(AccessLogSetting.Format).not.toMatch(/\$context\.(requestId|protocol|path)\b/);
  });
});
