import { makeAuthenticate } from '../../authorizer/authenticate.ts';
import type { AuthorizerConfig } from '../../authorizer/config.ts';
import type { Get } from '../../authorizer/get.ts';
import type { Identity } from '../../common/identity.ts';
import { SCOPE_MEANINGS } from '../../functions/http/generated/scopes.ts';
import { ADVICE } from './advice.ts';
import { type AdviceInput, show } from './advice-input.ts';
import { type Faults, findFaults, judge, type RefusalCode, type Verdict } from './find-faults.ts';
import { readKeySetReport, recordKeySetLog } from './key-set-report.ts';
import { describeKind, readUnverified } from './token-kind.ts';

/** One line of the report: what is checked, and the refusals that say it failed. */
interface Check {
  readonly name: string;
  readonly passed: string;
  readonly codes: readonly RefusalCode[];
}

/** In the order of the API, which looks at nothing more after a refusal up to the signature. */
const CHECKS: readonly Check[] = [
  {
    name: 'form',
    passed: 'a JWT of three parts',
    codes: [
      'missing_token',
      'malformed_header',
      'token_too_large',
      'not_a_jwt',
      'encrypted_token',
      'malformed_token',
    ],
  },
  {
    name: 'type',
    passed: 'an access token, without extensions',
    codes: ['unsupported_critical_header', 'wrong_token_type'],
  },
  { name: 'algorithm', passed: 'one the API accepts', codes: ['unsupported_algorithm'] },
  { name: 'signature', passed: 'valid', codes: ['unknown_key', 'keys_unavailable', 'bad_signature'] },
  {
    name: 'purpose',
    passed: 'an access token',
    codes: ['session_cookie_token', 'email_verification_token', 'id_token'],
  },
  { name: 'iss', passed: 'a server that the API trusts', codes: ['wrong_issuer'] },
  { name: 'aud', passed: 'this API', codes: ['wrong_audience'] },
  {
    name: 'client',
    passed: 'no client, or one that acts for a user',
    codes: ['sender_constrained_token', 'malformed_client', 'client_as_subject'],
  },
  {
    name: 'exp, nbf, iat',
    passed: 'valid now',
    codes: [
      'malformed_claims',
      'missing_expiry',
      'token_expired',
      'token_not_active',
      'issued_in_future',
      'missing_issued_at',
      'token_too_old',
    ],
  },
  { name: 'sub', passed: 'names a user', codes: ['missing_subject', 'invalid_subject'] },
  {
    name: 'e-mail',
    passed: 'verified, or not required',
    codes: ['email_not_verified', 'email_verification_unknown'],
  },
  { name: 'TOKEN_CLAIMS', passed: 'short enough', codes: ['claims_too_large'] },
];

export interface Explanation {
  readonly accepted: boolean;
  /** For people. Holds neither the token nor its signature nor a secret. */
  readonly report: string;
}

export interface ExplainOptions {
  readonly config: AuthorizerConfig;
  readonly requireVerifiedEmail: boolean;
  /** Milliseconds since the epoch; the same for every check. */
  readonly nowMs: number;
  /** How the key set is fetched. */
  readonly get?: Get;
}

/** Says what a token is, which of the API's checks it passes, and what to change. The verdict is the API's own. */
export async function explain(token: string, options: ExplainOptions): Promise<Explanation> {
  const { config, nowMs, requireVerifiedEmail, get } = options;
  const { log, entries } = recordKeySetLog();
  const authenticate = makeAuthenticate(config, { log, now: () => nowMs, ...(get && { fetch: get }) });
  const judgement = { config, nowMs, requireVerifiedEmail, authenticate };
  const header = `Bearer ${token}`;
  const verdict = await judge(header, judgement);
  const faults = findFaults(header, verdict, judgement);
  const needsReport = faults.codes.has('unknown_key') || faults.codes.has('keys_unavailable');
  const keySet = await readKeySetReport(needsReport ? config.keySet : undefined, entries, get);
  const input = { ...readUnverified(token), config, nowMs, keySet };
  const checks = listChecks(faults, verdict, input);
  const lines = [`This is ${describeKind(token)}.`, '', ...checks, '', ...conclude(verdict)];
  return { accepted: verdict.accepted, report: `${lines.join('\n')}\n` };
}

function listChecks({ codes, areComplete }: Faults, verdict: Verdict, input: AdviceInput): string[] {
  const stopsAt = verdict.accepted
    ? CHECKS.length
    : CHECKS.findIndex((check) => check.codes.includes(verdict.code));
  return CHECKS.flatMap((check, index) => {
    const failed = check.codes.filter((code) => codes.has(code));
    if (failed.length > 0) return failed.flatMap((code) => failure(check, code, input));
    const isPassed = index < stopsAt || (areComplete && CLAIM_CHECKS.has(check.name));
    return [line(isPassed ? 'pass' : '-', check, isPassed ? check.passed : 'not checked')];
  });
}

/** The checks that are still made of a token whose signature is refused. */
const CLAIM_CHECKS: ReadonlySet<string> = new Set([
  'purpose',
  'iss',
  'aud',
  'client',
  'exp, nbf, iat',
  'sub',
]);

function failure(check: Check, code: RefusalCode, input: AdviceInput): string[] {
  const { problem, fix } = ADVICE[code](input);
  return [line('FAIL', check, problem), line('', { name: '' }, fix)];
}

function line(mark: string, { name }: Pick<Check, 'name'>, words: string): string {
  return `  ${mark.padEnd(5)} ${name.padEnd(14)} ${words}`.trimEnd();
}

function conclude(verdict: Verdict): string[] {
  if (!verdict.accepted) return [`The API refuses it: ${verdict.status} ${verdict.code}.`];
  const { identity } = verdict;
  return [
    `The API accepts it. The caller is user ${JSON.stringify(identity.userId)}.`,
    describeScope(identity),
  ];
}

function describeScope({ scope, clientId }: Identity): string {
  if (scope === undefined) return "It is of the user's own session and may use every operation.";
  const given = scope.split(' ');
  const [allowed, missing] = [true, false].map((isGiven) =>
    Object.entries(SCOPE_MEANINGS).filter(([name]) => given.includes(name) === isGiven),
  );
  const client = clientId === undefined ? 'an OAuth client' : `the OAuth client ${show(clientId)}`;
  const may = allowed?.map(([name, meaning]) => `${name}: ${meaning}`) ?? [];
  const needs = missing?.map(([name, meaning]) => `${name}: ${meaning}`) ?? [];
  return [
    `It is of ${client}. What it may do:`,
    ...list(may),
    ...(needs.length > 0 ? ['Scopes it could ask for:', ...list(needs)] : []),
  ].join('\n');
}

function list(lines: readonly string[]): string[] {
  return lines.length === 0 ? ['  nothing'] : lines.map((line) => `  ${line}`);
}
