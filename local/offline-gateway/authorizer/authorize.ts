import type { Authorizer } from '../api/authorizers.ts';
import type { Exchange } from '../gateway/exchange.ts';
import type { Reporter } from '../report.ts';
import { type GatewayError, gatewayError, URI_TOO_LONG } from '../responses/types.ts';
import type { Settings } from '../settings.ts';
import { buildAuthorizerEvent, findIdentity, methodArn } from './events.ts';
import { conditionFacts } from './facts.ts';
import { classify, type Grant, type Invocation, type Outcome } from './outcome.ts';
import { evaluate, type Verdict } from './policy.ts';
import type { ResultCache } from './result-cache.ts';

/** Let through, or refused with the gateway's own error. `afterwards` looks into a cached denial, once it is answered. */
export type Decision =
  | { readonly allowed: true; readonly usageIdentifierKey: string | undefined }
  | { readonly allowed: false; readonly error: GatewayError; readonly afterwards?: () => Promise<void> };

export type Authorize = (authorizer: Authorizer, exchange: Exchange) => Promise<Decision>;

interface Parts {
  readonly invoke: (functionKey: string, event: unknown, limitMs: number) => Promise<Invocation | 'limit'>;
  readonly cache: ResultCache<Grant>;
  /** False with `SLS_OFFLINE_AUTH_CACHE=off`. */
  readonly isCaching: boolean;
  readonly settings: Settings;
  readonly reporter: Reporter;
  readonly now: () => number;
}

interface Answer {
  readonly outcome: Outcome;
  readonly latencyMs: number;
  /** The answer belongs to an earlier or concurrent request with the same identity. */
  readonly isShared: boolean;
}

const MAXIMUM_ARN_BYTES = 1600;
const EXPLICIT = 'User is not authorized to access this resource with an explicit deny';

/** §§2, 3, 5: identity, cache, function, policy, in API Gateway's order. Sets `exchange.authorizer`. */
export function makeAuthorize(parts: Parts): Authorize {
  const ask = makeAsk(parts);
  return async (authorizer, exchange) => {
    const identity = findIdentity(authorizer, exchange);
    if (!identity?.every(authorizer.accepts)) return refuse(gatewayError('UNAUTHORIZED'));
    const arn = methodArn(exchange, parts.settings);
    if (Buffer.byteLength(arn) > MAXIMUM_ARN_BYTES) return refuse(URI_TOO_LONG);
    const answer = await ask(authorizer, exchange, { identity, methodArn: arn });
    return decide(answer, { authorizer, exchange, arn, identity }, parts);
  };
}

type Ask = (
  authorizer: Authorizer,
  exchange: Exchange,
  call: { readonly identity: readonly string[]; readonly methodArn: string },
) => Promise<Answer>;

/** A21: from the cache, from a call already under way for the same identity, or by a call of its own. */
function makeAsk(parts: Parts): Ask {
  const underWay = new Map<string, Promise<Answer>>();
  return async (authorizer, exchange, call) => {
    const callAfresh = () => callFunction(authorizer, exchange, call, parts);
    if (!parts.isCaching || authorizer.ttlMs === 0) return callAfresh();
    const key = JSON.stringify([authorizer.name, exchange.api.stage, ...call.identity]);
    const grant = parts.cache.find(key);
    if (grant) return { outcome: { kind: 'granted', grant }, latencyMs: 0, isShared: true };
    const shared = underWay.get(key);
    if (shared) return { ...(await shared), isShared: true };
    const asked = callAfresh().finally(() => underWay.delete(key));
    underWay.set(key, asked);
    const answer = await asked;
    if (answer.outcome.kind === 'granted') parts.cache.keep(key, answer.outcome.grant, authorizer.ttlMs);
    return answer;
  };
}

async function callFunction(
  authorizer: Authorizer,
  exchange: Exchange,
  call: { readonly identity: readonly string[]; readonly methodArn: string },
  { invoke, settings, now }: Parts,
): Promise<Answer> {
  const startedMs = now();
  const event = buildAuthorizerEvent(authorizer, exchange, call);
  const invocation = await invoke(authorizer.functionKey, event, settings.authorizerTimeoutMs);
  const ended = invocation === 'limit' ? { failed: new Error('the gateway gave up waiting') } : invocation;
  return { outcome: classify(ended, settings), latencyMs: now() - startedMs, isShared: false };
}

interface Asked {
  readonly authorizer: Authorizer;
  readonly exchange: Exchange;
  readonly arn: string;
  readonly identity: readonly string[];
}

function decide(answer: Answer, asked: Asked, parts: Parts): Decision {
  const { outcome } = answer;
  if (outcome.kind === 'unauthorized') return refuse(gatewayError('UNAUTHORIZED'));
  if (outcome.kind === 'misconfigured') {
    parts.reporter.warning(
      `the authorizer ${asked.authorizer.name} answered nothing API Gateway can use: ${outcome.reason}. The client gets AUTHORIZER_CONFIGURATION_ERROR.`,
    );
    return refuse(gatewayError('AUTHORIZER_CONFIGURATION_ERROR'));
  }
  const { grant } = outcome;
  warnWithoutPrincipal(grant, asked.authorizer, parts.reporter);
  asked.exchange.authorizer = {
    ...grant.context,
    ...(grant.principalId !== undefined && { principalId: grant.principalId }),
    integrationLatency: answer.latencyMs,
  };
  const verdict = evaluate(grant.policy, asked.arn, () => conditionFacts(asked.exchange));
  if (verdict === 'allow') return { allowed: true, usageIdentifierKey: grant.usageIdentifierKey };
  return deny(verdict, answer, asked, parts);
}

function deny(verdict: Verdict, answer: Answer, asked: Asked, parts: Parts): Decision {
  if (verdict === 'explicitDeny') return refuse(gatewayError('ACCESS_DENIED', { message: EXPLICIT }));
  const refusal = refuse(gatewayError('ACCESS_DENIED'));
  return answer.isShared ? { ...refusal, afterwards: () => lookForNarrowPolicy(asked, parts) } : refusal;
}

/**
 * The commonest production failure: a policy for one method, cached, answers 403 on the next. Asks the authorizer about
 * this very method and says so when it would have allowed it: once per route.
 */
async function lookForNarrowPolicy(
  { authorizer, exchange, arn, identity }: Asked,
  parts: Parts,
): Promise<void> {
  const key = `narrow ${authorizer.name} ${exchange.method} ${exchange.route?.template}`;
  if (parts.reporter.hasSaid(key)) return;
  const { outcome } = await callFunction(authorizer, exchange, { identity, methodArn: arn }, parts);
  if (outcome.kind !== 'granted') return;
  if (evaluate(outcome.grant.policy, arn, () => conditionFacts(exchange)) !== 'allow') return;
  parts.reporter.once(
    key,
    `CACHED NARROW POLICY: ${exchange.method} ${exchange.path} was refused with the policy that ${authorizer.name} returned for another method; asked about this one, it allows it. API Gateway caches the policy per token for ${authorizer.ttlMs / 1000} s and does exactly this in production. Return a policy for the whole stage (…/${exchange.api.stage}/*), or set resultTtlInSeconds to 0.`,
  );
}

function warnWithoutPrincipal(grant: Grant, authorizer: Authorizer, reporter: Reporter): void {
  if (grant.principalId !== undefined) return;
  reporter.once(
    `principal ${authorizer.name}`,
    `the authorizer ${authorizer.name} returned no principalId. The AWS page says the call fails then, reports say it does not; set custom.offlineGateway.strictPrincipalId to make it a 500, and return one.`,
  );
}

function refuse(error: GatewayError): { readonly allowed: false; readonly error: GatewayError } {
  return { allowed: false, error };
}
