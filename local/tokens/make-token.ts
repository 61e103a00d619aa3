import { parseArgs } from 'node:util';
import type { RejectionCode } from '../../authorizer/rejections.ts';
import type { Env } from '../../common/env.ts';
import { LocalProblem } from '../settings/local-problem.ts';
import { type LocalSettings, readLocalSettings, withEnvFile } from '../settings/local-settings.ts';
import { isLoopback } from '../settings/ports.ts';
import { DEMO_USER } from '../sign-in/demo-user.ts';
import {
  type Credentials,
  exchangeForToken,
  readSessionCookie,
  signIn,
  signUpOrIn,
} from '../sign-in/sign-in.ts';
import { findSignInServer } from '../sign-in/sign-in-server.ts';

/** The options that ask for a bad token, each with the reason for which the API refuses it. */
const FAULTS = {
  expired: 'token_expired',
  'wrong-audience': 'wrong_audience',
  'wrong-secret': 'bad_signature',
  'no-expiry': 'missing_expiry',
} as const satisfies Record<string, RejectionCode>;
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'EdDSA', 'ES256', 'ES512', 'RS256', 'PS256'] as const;
const SPECIMENS = [
  'expired',
  'wrong-audience',
  'wrong-secret',
  'no-expiry',
  'session-cookie',
  'alg',
] as const;

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      email: { type: 'string' },
      password: { type: 'string' },
      expired: { type: 'boolean' },
      'wrong-audience': { type: 'boolean' },
      'wrong-secret': { type: 'boolean' },
      'no-expiry': { type: 'boolean' },
      'session-cookie': { type: 'boolean' },
      alg: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (SPECIMENS.filter((name) => values[name] !== undefined).length < 2) return values;
  throw new LocalProblem(
    `Give only one of these options: ${SPECIMENS.map((name) => `--${name}`).join(', ')}.`,
  );
}

const USAGE = `Usage: npm run -s token -- [options]

Prints an access token from the Better Auth server that is running, for the demo user unless --email is given.

  --email <address>      the user; signed up when new, on this machine only
  --password <password>  the password of that user
  --alg <algorithm>      a token signed with ${ALGORITHMS.join(', ')}

One of these prints a token that the API refuses:

  --expired  --wrong-audience  --wrong-secret  --no-expiry  --session-cookie`;

/**
 * What `npm run token` prints.
 *
 * @param args of the command line; with none, a token of the demo user from the server that is running.
 * @throws {LocalProblem} a sentence for the developer.
 */
export async function makeToken(args: readonly string[], env: Env): Promise<string> {
  const options = readOptions(args);
  if (options.help) return USAGE;
  const { email = DEMO_USER.email, password = DEMO_USER.password, alg } = options;
  const settings = (): LocalSettings => readLocalSettings(env, process.cwd());
  const fault = (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).find((name) => options[name]);
  if (fault !== undefined) {
    const { makeFaultyToken } = await import('./specimens.ts');
    return makeFaultyToken(FAULTS[fault], email, settings().env);
  }
  if (alg !== undefined && requireAlgorithm(alg) !== settings().issuer?.signing) {
    const { fetchTokenSignedWith } = await import('./specimens.ts');
    return fetchTokenSignedWith(requireAlgorithm(alg), { email, password }, settings().env);
  }
  const serverUrl = await findSignInServer(withEnvFile(env, '.env'));
  const cookies = await startSession(serverUrl, options);
  return options['session-cookie'] ? readSessionCookie(cookies) : exchangeForToken(serverUrl, cookies);
}

function requireAlgorithm(name: string): (typeof ALGORITHMS)[number] {
  const algorithm = ALGORITHMS.find((known) => known === name);
  if (algorithm !== undefined) return algorithm;
  throw new LocalProblem(`--alg must be ${ALGORITHMS.join(', ')}.`);
}

/** Users are made on this machine only, never on a server that others use. */
function startSession(serverUrl: string, { email, password }: Partial<Credentials>): Promise<string> {
  const isHere = isLoopback(serverUrl);
  if (isHere)
    return signUpOrIn(serverUrl, {
      email: email ?? DEMO_USER.email,
      password: password ?? DEMO_USER.password,
    });
  if (email && password) return signIn(serverUrl, { email, password });
  throw new LocalProblem(
    `Give --email and --password of a user of ${serverUrl}: a user is signed up only on this machine.`,
  );
}
