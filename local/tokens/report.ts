import { CURES, type Facts } from './advice.ts';
import { type Faults, findFaults, type Judge, judge, type RefusalCode, type Verdict } from './find-faults.ts';
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
    passed: 'three parts, each as a JWT has it',
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
    passed: 'its header asks for nothing special',
    codes: ['unsupported_critical_header', 'wrong_token_type'],
  },
  { name: 'algorithm', passed: 'one the API accepts', codes: ['unsupported_algorithm'] },
  { name: 'signature', passed: 'right', codes: ['unknown_key', 'keys_unavailable', 'bad_signature'] },
  {
    name: 'purpose',
    passed: 'an access token',
    codes: ['session_cookie_token', 'email_verification_token', 'id_token'],
  },
  { name: 'iss', passed: 'the server the API trusts', codes: ['wrong_issuer'] },
  { name: 'aud', passed: 'meant for the API', codes: ['wrong_audience'] },
  {
    name: 'client',
    passed: 'none, or one that acts for a user',
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
    passed: 'verified, or it need not be',
    codes: ['email_not_verified', 'email_verification_unknown'],
  },
  { name: 'TOKEN_CLAIMS', passed: 'short enough', codes: ['claims_too_large'] },
];

export interface Explanation {
  readonly accepted: boolean;
  /** For people. Holds neither the token nor its signature nor a secret. */
  readonly report: string;
}

/** Says what a token is, which of the API's checks it passes, and what to change. The verdict is the API's own. */
export async function explain(token: string, judgement: Judge): Promise<Explanation> {
  const header = /^bearer\s/i.test(token) ? token : `Bearer ${token}`;
  const compact = header.replace(/^bearer\s+/i, '');
  const verdict = await judge(header, judgement);
  const faults = findFaults(header, verdict, judgement);
  const facts = { ...readUnverified(compact), config: judgement.config, nowMs: judgement.nowMs };
  const lines = [
    `This is ${describeKind(compact)}.`,
    '',
    ...listChecks(faults, verdict, facts),
    '',
    conclude(verdict),
  ];
  return { accepted: verdict.accepted, report: `${lines.join('\n')}\n` };
}

function listChecks({ codes, areComplete }: Faults, verdict: Verdict, facts: Facts): string[] {
  const stopsAt = verdict.accepted
    ? CHECKS.length
    : CHECKS.findIndex((check) => check.codes.includes(verdict.code));
  return CHECKS.flatMap((check, index) => {
    const failed = check.codes.filter((code) => codes.has(code));
    if (failed.length > 0) return failed.flatMap((code) => failure(check, code, facts));
    const isPassed = index < stopsAt || (areComplete && CLAIM_CHECKS.has(check.name));
    return [line(isPassed ? 'pass' : '-', check, isPassed ? check.passed : 'not looked at')];
  });
}

/** What is still known after a signature was refused. */
const CLAIM_CHECKS: ReadonlySet<string> = new Set(['purpose', 'iss', 'aud', 'exp, nbf, iat', 'sub']);

function failure(check: Check, code: RefusalCode, facts: Facts): string[] {
  const { fault, mend } = CURES[code](facts);
  return [line('FAIL', check, fault), line('', { name: '' }, mend)];
}

function line(mark: string, { name }: Pick<Check, 'name'>, words: string): string {
  return `  ${mark.padEnd(5)} ${name.padEnd(14)} ${words}`.trimEnd();
}

function conclude(verdict: Verdict): string {
  if (verdict.accepted)
    return `The API accepts it. The caller is user ${JSON.stringify(verdict.identity.userId)}.`;
  return `The API refuses it: ${verdict.status} ${verdict.code}.`;
}
