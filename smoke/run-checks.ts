import { randomBytes } from 'node:crypto';
import type { Callers, Check, Needs, Page } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { requireProblem, Session } from './session.ts';
import { Skipped } from './skipped.ts';

/** The deployment that is looked at, and as whom. */
export interface Target {
  /** With the stage, when the address has one. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  /** Of another user than `token`. */
  readonly secondToken?: string | undefined;
  /** Whether it was deployed without the contract and its page. Then these have to be 404. */
  readonly withoutDocs?: boolean;
}

export interface CheckResult extends Pick<Check, 'group' | 'name'> {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; empty when it passed. Holds no token. */
  readonly reason: string;
  readonly ms: number;
}

export interface RunOptions {
  readonly checks?: readonly Check[];
  /** Told each result as soon as there is one. */
  readonly onResult?: (result: CheckResult) => void;
  /** Ends the run after the check that is running; what it created is deleted all the same. */
  readonly signal?: AbortSignal;
}

const TOKENS_NEEDED: Readonly<Record<Needs, number>> = { nothing: 0, 'a token': 1, 'two tokens': 2 };

/**
 * Makes the checks one after the other against a running API. Whatever they create is deleted before this resolves.
 * A failing check ends neither the run nor the promise: look at the outcomes.
 */
export async function runChecks(target: Target, options: RunOptions = {}): Promise<CheckResult[]> {
  const { checks = CHECKS, onResult = () => {}, signal } = options;
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (signal?.aborted) break;
    const result = await runCheck(check, target);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function runCheck(check: Check, target: Target): Promise<CheckResult> {
  const { group, name, needs } = check;
  const start = performance.now();
  const done = (outcome: CheckResult['outcome'], reason = ''): CheckResult => ({
    group,
    name,
    outcome,
    reason: withoutTokens(reason, target),
    ms: Math.round(performance.now() - start),
  });
  const missing = findMissingToken(needs, target);
  if (missing !== undefined) return done('skipped', `needs ${missing}`);
  const callers = makeCallers(target);
  try {
    if (target.withoutDocs && check.page) await requireAbsent(callers, check.page);
    await check.run(callers).finally(() => cleanUp(callers));
  } catch (error) {
    return error instanceof Skipped ? done('skipped', error.message) : done('failed', sentenceOf(error));
  }
  return done('passed');
}

/** @throws {Skipped} when the page is absent, as it should be; an error when it is not. */
async function requireAbsent({ anonymous }: Callers, page: Page): Promise<never> {
  requireProblem(await anonymous.get(page), 404, 'route_not_found');
  throw new Skipped('deployed without docs');
}

function findMissingToken(needs: Needs, { token, secondToken }: Target): string | undefined {
  if (TOKENS_NEEDED[needs] >= 1 && !token) return '--token';
  return TOKENS_NEEDED[needs] >= 2 && !secondToken ? '--second-token' : undefined;
}

function makeCallers({ baseUrl, token, secondToken }: Target): Callers {
  const options = { baseUrl: baseUrl.replace(/\/+$/, ''), marker: `smoke-${randomBytes(6).toString('hex')}` };
  return {
    anonymous: new Session({ ...options, token: undefined }),
    user: new Session({ ...options, token }),
    other: new Session({ ...options, token: secondToken }),
  };
}

async function cleanUp({ user, other }: Callers): Promise<void> {
  await user.cleanUp();
  await other.cleanUp();
}

/** What an error says. `fetch` says why it failed in its cause. */
export function sentenceOf(error: unknown): string {
  const { message = String(error), cause } = Object(error) as { message?: string; cause?: Partial<Error> };
  return cause?.message ? `${message}: ${cause.message}` : message;
}

function withoutTokens(text: string, { token, secondToken }: Target): string {
  return [token, secondToken].reduce<string>(
    (left, secret) => (secret ? left.replaceAll(secret, '<token>') : left),
    text,
  );
}
