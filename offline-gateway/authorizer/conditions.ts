import { BlockList, isIP } from 'node:net';
import { type Exchange, findHeader } from '../exchange/exchange.ts';
import { asList, findOwn, isRecord } from '../values.ts';

/** Values of the condition keys for one request; keys in lower case, as IAM compares them. */
export type ConditionFacts = Readonly<Record<string, string | undefined>>;

/** One operator on one key with the values to compare against. */
export interface Condition {
  readonly key: string;
  readonly ifExists: boolean;
  readonly matches: (actual: string | undefined) => boolean;
  readonly decidesAbsence: boolean;
}

type Comparison = (actual: string, expected: string) => boolean;

const asNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
/** IAM dates are ISO 8601 or seconds since the epoch. */
const asTime = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const like = (actual: string, pattern: string) => new RegExp(wildcard(pattern)).test(actual);
const isTrue = (text: string) => text.toLowerCase() === 'true';

/** Each positive operator; `StringNotEquals` and its like are the negation over all listed values. */
const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: like,
  NumericEquals: (actual, expected) => asNumber(actual) === asNumber(expected),
  NumericLessThan: (actual, expected) => asNumber(actual) < asNumber(expected),
  NumericLessThanEquals: (actual, expected) => asNumber(actual) <= asNumber(expected),
  NumericGreaterThan: (actual, expected) => asNumber(actual) > asNumber(expected),
  NumericGreaterThanEquals: (actual, expected) => asNumber(actual) >= asNumber(expected),
  DateEquals: (actual, expected) => asTime(actual) === asTime(expected),
  DateLessThan: (actual, expected) => asTime(actual) < asTime(expected),
  DateLessThanEquals: (actual, expected) => asTime(actual) <= asTime(expected),
  DateGreaterThan: (actual, expected) => asTime(actual) > asTime(expected),
  DateGreaterThanEquals: (actual, expected) => asTime(actual) >= asTime(expected),
  Bool: (actual, expected) => isTrue(actual) === isTrue(expected),
  IpAddress: inRange,
  ArnEquals: like,
  ArnLike: like,
};

const NEGATIVE: Readonly<Record<string, Comparison>> = {
  StringNotEquals: comparison('StringEquals'),
  StringNotEqualsIgnoreCase: comparison('StringEqualsIgnoreCase'),
  StringNotLike: like,
  NumericNotEquals: comparison('NumericEquals'),
  DateNotEquals: comparison('DateEquals'),
  NotIpAddress: inRange,
  ArnNotEquals: like,
  ArnNotLike: like,
};

/** @throws {TypeError} for an operator IAM does not have: the policy is malformed (AUTHORIZER_CONFIGURATION_ERROR). */
export function compileCondition(block: unknown): readonly Condition[] {
  if (!isRecord(block)) throw new TypeError('Condition is not an object');
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isRecord(keys)) throw new TypeError(`Condition ${operator} is not an object`);
    return Object.entries(keys).map(([key, values]) => compileOne(operator, key, asList(values).map(String)));
  });
}

/** A missing key fails a positive operator, satisfies a negative one, and satisfies any `…IfExists`. */
export function holds(condition: Condition, facts: ConditionFacts): boolean {
  const actual = findOwn(facts, condition.key);
  if (actual === undefined && condition.ifExists && !condition.decidesAbsence) return true;
  return condition.matches(actual);
}

function compileOne(written: string, key: string, expected: readonly string[]): Condition {
  const ifExists = written.endsWith('IfExists') || written.startsWith('ForAllValues:');
  const operator = written.replace(/^For(Any|All)Values?:/, '').replace(/IfExists$/, '');
  if (operator.endsWith('IpAddress')) expected.forEach(requireRange);
  const base = { key: key.toLowerCase(), ifExists, decidesAbsence: operator === 'Null' };
  if (operator === 'Null') {
    return {
      ...base,
      matches: (actual) => expected.some((value) => isTrue(value) === (actual === undefined)),
    };
  }
  const positive = findOwn(POSITIVE, operator);
  if (positive) {
    return {
      ...base,
      matches: (actual) => actual !== undefined && expected.some((value) => positive(actual, value)),
    };
  }
  const negative = findOwn(NEGATIVE, operator);
  if (!negative) throw new TypeError(`IAM has no condition operator ${written}`);
  return {
    ...base,
    matches: (actual) => actual === undefined || !expected.some((value) => negative(actual, value)),
  };
}

function comparison(name: string): Comparison {
  const found = POSITIVE[name];
  if (!found) throw new TypeError(`no comparison named ${name}`);
  return found;
}

function inRange(actual: string, range: string): boolean {
  const version = isIP(actual);
  return version !== 0 && requireRange(range).check(actual, version === 4 ? 'ipv4' : 'ipv6');
}

function requireRange(range: string): BlockList {
  const [network = '', bits] = range.split('/');
  const version = isIP(network);
  const list = new BlockList();
  try {
    const length = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits);
    list.addSubnet(network, length, version === 4 ? 'ipv4' : 'ipv6');
  } catch {
    throw new TypeError(`${range} is not an address or a CIDR range`);
  }
  return list;
}

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

/** Anchored; `*` is any run and `?` any one character, also across `/` and `:`; nothing else is special. */
export function wildcard(pattern: string): string {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return `^${escaped.replaceAll(/\*+/g, '[^]*').replaceAll('?', '[^]')}$`;
}
