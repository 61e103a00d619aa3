import type { Exchange } from '../exchange/exchange.ts';
import type { Reporter } from '../report.ts';
import { type GatewayError, gatewayError, URI_TOO_LONG } from '../responses/types.ts';
import type { Authorizer } from '../service/authorizer-definition.ts';
import { type Answer, type AskOptions, makeAsk } from './ask.ts';
import { conditionFacts } from './conditions.ts';
import { type AuthorizerCall, findIdentity, methodArn } from './events.ts';
import { evaluate } from './policy.ts';
import { lookForNarrowPolicy, warnOfUnclearArn, warnOfUnclearGrant } from './warnings.ts';

/** Let through, or refused with the gateway's own error. `afterwards` looks into a cached denial, once it is answered. */
type Decision =
  | { readonly allowed: true; readonly usageIdentifierKey: string | undefined }
  | { readonly allowed: false; readonly error: GatewayError; readonly afterwards?: () => Promise<void> };

export type Authorize = (authorizer: Authorizer, exchange: Exchange) => Promise<Decision>;

type AuthorizeOptions = AskOptions & { readonly reporter: Reporter };

const MAXIMUM_ARN_BYTES = 1600;
const EXPLICIT = 'User is not authorized to access this resource with an explicit deny';

/** GW-201, GW-301, GW-501: identity, cache, function, policy, in API Gateway's order. Sets `exchange.authorizer`. */
export function makeAuthorize(options: AuthorizeOptions): Authorize {
  const ask = makeAsk(options);
  return async (authorizer, exchange) => {
    const identity = findIdentity(authorizer, exchange);
    if (!identity?.every(authorizer.accepts)) return refuse(gatewayError('UNAUTHORIZED'));
    const arn = methodArn(exchange, options.settings);
    if (Buffer.byteLength(arn) > MAXIMUM_ARN_BYTES) return refuse(URI_TOO_LONG);
    warnOfUnclearArn(exchange, options.settings, options.reporter);
    const question = { authorizer, exchange, identity, methodArn: arn };
    return decide(await ask(question), question, options);
  };
}

function decide(answer: Answer, question: AuthorizerCall, options: AuthorizeOptions): Decision {
  const { outcome } = answer;
  const { name } = question.authorizer;
  if (outcome.kind === 'unauthorized') return refuse(gatewayError('UNAUTHORIZED'));
  if (outcome.kind === 'misconfigured') {
    options.reporter.warning(
      `the authorizer ${name} gave no answer that API Gateway can use: ${outcome.reason}. The client gets AUTHORIZER_CONFIGURATION_ERROR.`,
    );
    return refuse(gatewayError('AUTHORIZER_CONFIGURATION_ERROR'));
  }
  const { context, principalId, policy, usageIdentifierKey } = outcome.grant;
  warnOfUnclearGrant(outcome.grant, name, options.reporter);
  question.exchange.authorizer = {
    ...context,
    ...(principalId !== undefined && { principalId }),
    integrationLatency: answer.latencyMs,
  };
  const verdict = evaluate(policy, question.methodArn, () => conditionFacts(question.exchange));
  if (verdict === 'allow') return { allowed: true, usageIdentifierKey };
  if (verdict === 'explicitDeny') return refuse(gatewayError('ACCESS_DENIED', { message: EXPLICIT }));
  const refusal = refuse(gatewayError('ACCESS_DENIED'));
  return answer.isShared ? { ...refusal, afterwards: () => lookForNarrowPolicy(question, options) } : refusal;
}

function refuse(error: GatewayError): { readonly allowed: false; readonly error: GatewayError } {
  return { allowed: false, error };
}
