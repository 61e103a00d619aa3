import type { Exchange } from '../exchange/exchange.ts';
import type { Reporter } from '../report.ts';
import type { Settings } from '../settings.ts';
import { type AskOptions, askAgain } from './ask.ts';
import { conditionFacts } from './conditions.ts';
import type { AuthorizerCall } from './events.ts';
import type { Grant } from './outcome.ts';
import { evaluate, readsClock } from './policy.ts';

/**
 * The commonest production failure: a policy for one method, cached, answers 403 on the next. Asks the authorizer about
 * this very method, once it is answered, and says so when it would have allowed it: once per route.
 */
export async function lookForNarrowPolicy(
  question: AuthorizerCall,
  options: AskOptions & { readonly reporter: Reporter },
): Promise<void> {
  const { authorizer, exchange, methodArn } = question;
  const key = `narrow ${authorizer.name} ${exchange.method} ${exchange.route?.template}`;
  if (options.reporter.hasSaid(key)) return;
  const { outcome } = await askAgain(question, options);
  if (outcome.kind !== 'granted') return;
  if (evaluate(outcome.grant.policy, methodArn, () => conditionFacts(exchange)) !== 'allow') return;
  options.reporter.once(
    key,
    `CACHED NARROW POLICY: ${exchange.method} ${exchange.path} was refused with the policy that ${authorizer.name} returned for another method; asked about this one, it allows it. API Gateway caches the policy per token for ${authorizer.ttlMs / 1000} s and does exactly this in production. Return a policy for the whole stage (…/${exchange.api.stage}/*), or set resultTtlInSeconds to 0.`,
  );
}

/** GW-107: no source says what methodArn holds for such a path. */
export function warnOfUnclearArn({ path }: Exchange, settings: Settings, reporter: Reporter): void {
  if (!path.includes('%') && (path === '/' || !path.endsWith('/'))) return;
  reporter.once(
    'unclear methodArn',
    `a path with percent-encoding or a trailing slash reached an authorizer. What AWS puts in methodArn then is not confirmed; custom.offlineGateway.rawPathInMethodArn is ${settings.rawPathInMethodArn}. Do not decide on that part of it.`,
  );
}

/** GW-309, GW-327: what AWS' pages and reports disagree about, or do not say. */
export function warnOfUnclearGrant(grant: Grant, name: string, reporter: Reporter): void {
  if (readsClock(grant.policy)) {
    reporter.once(
      `clock ${name}`,
      `the policy of ${name} asks for the time. That AWS evaluates it in an authorizer's policy, above all in a cached one, is not confirmed; here it is, on every request. Check it before relying on it.`,
    );
  }
  if (grant.principalId !== undefined) return;
  reporter.once(
    `principal ${name}`,
    `the authorizer ${name} returned no principalId. The AWS page says the call fails then, reports say it does not; set custom.offlineGateway.strictPrincipalId to make it a 500, and return one.`,
  );
}
