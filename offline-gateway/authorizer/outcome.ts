import type { Invocation } from '../functions/pool.ts';
import { isRecord, type UnknownRecord } from '../values.ts';
import { compilePolicy, type Policy } from './policy.ts';

/** What API Gateway keeps of an authorizer's answer, and what it caches. */
export interface Grant {
  readonly principalId: string | undefined;
  readonly policy: Policy;
  /** Strings and nulls only: API Gateway stringifies numbers and booleans (GW-702). */
  readonly context: Readonly<Record<string, string | null>>;
  readonly usageIdentifierKey: string | undefined;
}

export type Outcome =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'misconfigured'; readonly reason: string };

/**
 * GW-303 to GW-309: an answer with a policy, the one message that means 401, and everything else, which is a 500.
 *
 * `callback("Unauthorized")` reaches us as a returned string (serverless-offline's runner resolves it), so a returned
 * `"Unauthorized"` has to count as the failure. AWS would answer 500 to an authorizer that really returns it (GW-1005).
 */
export function classify(invocation: Invocation, options: { readonly strictPrincipalId: boolean }): Outcome {
  if ('failed' in invocation) return classifyFailure(invocation.failed);
  if (invocation.returned === 'Unauthorized') return { kind: 'unauthorized' };
  try {
    return { kind: 'granted', grant: readGrant(invocation.returned, options.strictPrincipalId) };
  } catch (error) {
    return misconfigured(error instanceof Error ? error.message : String(error));
  }
}

/** Case and white space matter: `unauthorized` is a 500 (GW-304). */
function classifyFailure(failure: unknown): Outcome {
  const message = failure instanceof Error ? failure.message : failure;
  if (message === 'Unauthorized') return { kind: 'unauthorized' };
  return misconfigured('the function failed, and only the message "Unauthorized" means 401');
}

function misconfigured(reason: string): Outcome {
  return { kind: 'misconfigured', reason };
}

function readGrant(answer: unknown, strictPrincipalId: boolean): Grant {
  if (!isRecord(answer)) throw new TypeError('the function returned no object');
  const principalId = readPrincipal(answer);
  if (principalId === undefined && strictPrincipalId) throw new TypeError('principalId is missing');
  const usage = answer['usageIdentifierKey'];
  return {
    principalId,
    policy: compilePolicy(answer['policyDocument']),
    context: readContext(answer['context']),
    usageIdentifierKey: usage === undefined || usage === null ? undefined : String(usage),
  };
}

function readPrincipal(answer: UnknownRecord): string | undefined {
  const principal = answer['principalId'];
  if (principal === undefined || principal === null || principal === '') return undefined;
  if (typeof principal === 'object') throw new TypeError('principalId is not a string');
  return String(principal);
}

/** GW-307, GW-308: a nested value fails the whole answer; null stays null; undefined never crosses JSON. */
function readContext(context: unknown): Record<string, string | null> {
  if (context === undefined || context === null) return {};
  if (!isRecord(context)) throw new TypeError('context is not an object');
  const entries = Object.entries(context).filter(([, value]) => !isLostInJson(value));
  return Object.fromEntries(entries.map(([key, value]) => [key, readContextValue(key, value)]));
}

function readContextValue(key: string, value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'object') throw new TypeError(`context.${key} is an object or an array`);
  return String(value);
}

function isLostInJson(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}
