import { asList, isRecord } from '../values.ts';
import { type Condition, type ConditionFacts, compileCondition, holds, wildcard } from './conditions.ts';

/** What a policy says about one method: an explicit Deny beats an Allow. Without a matching statement the denial is implicit. */
export type Verdict = 'allow' | 'explicitDeny' | 'implicitDeny';

/** A policy read once and asked many times: the cache keeps this, never the verdict (GW-501). */
export type Policy = readonly Statement[];

interface Statement {
  readonly allows: boolean;
  readonly coversAction: boolean;
  readonly coversResource: (arn: string) => boolean;
  readonly conditions: readonly Condition[];
}

const CLOCKS = new Set(['aws:epochtime', 'aws:currenttime']);
const ACTION = 'execute-api:Invoke';

/**
 * GW-321 to GW-325: IAM's own rules, on the statements an authorizer returned.
 *
 * @throws {TypeError} for a document AWS could not read: AUTHORIZER_CONFIGURATION_ERROR, never a denial.
 */
export function compilePolicy(document: unknown): Policy {
  if (!isRecord(document)) throw new TypeError('policyDocument is missing or not an object');
  const statements = asList(document['Statement']);
  if (statements.length === 0) throw new TypeError('policyDocument has no Statement');
  return statements.map(compileStatement);
}

/** @param readFacts what the request says, for `Condition`: read on every request that has one, also on a cache hit. */
export function evaluate(policy: Policy, methodArn: string, readFacts: () => ConditionFacts): Verdict {
  let verdict: Verdict = 'implicitDeny';
  for (const statement of policy) {
    if (!statement.coversAction || !statement.coversResource(methodArn)) continue;
    if (!allHold(statement.conditions, readFacts)) continue;
    if (!statement.allows) return 'explicitDeny';
    verdict = 'allow';
  }
  return verdict;
}

/** True for a policy with a clock in it, of which AWS' behaviour is not confirmed (GW-327). */
export function readsClock(policy: Policy): boolean {
  return policy.some(({ conditions }) => conditions.some(({ key }) => CLOCKS.has(key)));
}

function allHold(conditions: readonly Condition[], readFacts: () => ConditionFacts): boolean {
  if (conditions.length === 0) return true;
  const facts = readFacts();
  return conditions.every((condition) => holds(condition, facts));
}

function compileStatement(statement: unknown): Statement {
  if (!isRecord(statement)) throw new TypeError('a Statement is not an object');
  const { Effect: effect, Condition: condition } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') throw new TypeError('Effect is neither "Allow" nor "Deny"');
  const action = onePatternList(statement, 'Action', (pattern) => new RegExp(wildcard(pattern), 'i'));
  return {
    allows: effect === 'Allow',
    coversAction: action(ACTION),
    coversResource: onePatternList(statement, 'Resource', (pattern) => new RegExp(wildcard(pattern))),
    conditions: condition === undefined ? [] : compileCondition(condition),
  };
}

/** `Action`/`NotAction`, `Resource`/`NotResource`: exactly one of the pair, a string or a list of strings. */
function onePatternList(
  statement: Readonly<Record<string, unknown>>,
  name: 'Action' | 'Resource',
  compile: (pattern: string) => RegExp,
): (value: string) => boolean {
  const negated = `Not${name}`;
  if (name in statement === negated in statement)
    throw new TypeError(`a Statement needs ${name} or ${negated}`);
  const listed = name in statement;
  const patterns = asList(statement[listed ? name : negated]).map((pattern) => {
    if (typeof pattern !== 'string') throw new TypeError(`${name} is not a string or a list of strings`);
    return compile(pattern);
  });
  if (patterns.length === 0) throw new TypeError(`${name} is empty`);
  return (value) => patterns.some((pattern) => pattern.test(value)) === listed;
}
