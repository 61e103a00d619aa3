import { type Env, findSetting, findWholeNumber } from '../../common/env.ts';
import { LocalProblem } from '../settings/local-problem.ts';
import { DEFAULT_PORTS, isLoopback } from '../settings/ports.ts';
import { findStatus } from '../settings/probe.ts';

/**
 * Address of the Better Auth server that is running: the local stack's, or the developer's own. One on another machine
 * is only asked when LOCAL_AUTH=off says that there is no other.
 *
 * @throws {LocalProblem} when none answers.
 */
export async function findSignInServer(env: Env): Promise<string> {
  const candidates = listCandidates(env);
  for (const url of candidates) {
    if ((await findStatus(new URL('/api/auth/ok', url).href)) === 200) return url;
  }
  if (candidates.length === 0)
    throw new LocalProblem('With LOCAL_AUTH=off, set BETTER_AUTH_URL to your sign-in server.');
  throw new LocalProblem(
    `No Better Auth server answers at ${candidates.join(' or ')}. Start it with npm run dev, or set AUTH_PORT or BETTER_AUTH_URL to where it is.`,
  );
}

function listCandidates(env: Env): string[] {
  const given = findSetting(env, 'BETTER_AUTH_URL');
  const own = given === undefined || !URL.canParse(given) ? [] : [new URL(given).origin];
  if (findSetting(env, 'LOCAL_AUTH')?.toLowerCase() === 'off') return own;
  const port = findWholeNumber(env, 'AUTH_PORT', { min: 1, max: 65_535 });
  const local = [`http://localhost:${port ?? DEFAULT_PORTS.AUTH_PORT}`];
  const candidates =
    port === undefined ? [...own.filter(isLoopback), ...local] : [...local, ...own.filter(isLoopback)];
  return [...new Set(candidates)];
}
