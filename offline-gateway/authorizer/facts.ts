import { type Exchange, findHeader } from '../exchange/exchange.ts';
import type { ConditionFacts } from './conditions.ts';

/**
 * A17: the condition keys of a REST request, by lower-case name, read at the moment of the request. That AWS evaluates
 * `aws:EpochTime` and `aws:CurrentTime` in a policy from its cache is not confirmed (GW-327).
 */
export function conditionFacts(exchange: Exchange): ConditionFacts {
  return {
    'aws:sourceip': exchange.sourceIp,
    'aws:epochtime': String(Math.floor(exchange.receivedMs / 1000)),
    'aws:currenttime': new Date(exchange.receivedMs).toISOString(),
    'aws:useragent': findHeader(exchange.req, 'user-agent'),
    'aws:referer': findHeader(exchange.req, 'referer'),
    // Every deployed endpoint is TLS, so a policy that asks for it means "always".
    'aws:securetransport': 'true',
    'aws:requestedregion': exchange.api.region,
  };
}
