import { parseArgs } from 'node:util';
import { DEMO_USER } from './demo-user.ts';
import { withEnvFile } from './env-file.ts';
import { describeProblem, LocalProblem } from './local-problem.ts';
import { type LocalSettings, readLocalSettings } from './local-settings.ts';
import { isLoopback } from './loopback.ts';
import { type Credentials, exchangeForToken, readSessionCookie, signIn, signUpOrIn } from './sign-in.ts';
import { findSignInServer } from './sign-in-server.ts';

const FAULTS = ['expired', 'wrong-audience', 'wrong-secret', 'no-expiry'] as const;
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'EdDSA', 'ES256', 'ES512', 'RS256', 'PS256'] as const;
const SPECIMENS = [
  'expired',
  'wrong-audience',
  'wrong-secret',
  'no-expiry',
  'session-cookie',
  'alg',
] as const;

function readOptions() {
  const { values } = parseArgs({
    options: {
      email: { type: 'string' },
      password: { type: 'string' },
      expired: { type: 'boolean' },
      'wrong-audience': { type: 'boolean' },
      'wrong-secret': { type: 'boolean' },
      'no-expiry': { type: 'boolean' },
      'session-cookie': { type: 'boolean' },
      alg: { type: 'string' },
    },
  });
  if (SPECIMENS.filter((name) => values[name] !== undefined).length < 2) return values;
  throw new LocalProblem(
    `Ask for one specimen at a time: ${SPECIMENS.map((name) => `--${name}`).join(', ')}.`,
  );
}

type Options = ReturnType<typeof readOptions>;

/** `npm run token`: prints the token and nothing else, so that it can be put into a variable. */
async function main(): Promise<void> {
  process.stdout.write(`${await makeToken(readOptions())}\n`);
}

async function makeToken(options: Options): Promise<string> {
  const { email = DEMO_USER.email, password = DEMO_USER.password, alg } = options;
  const fault = FAULTS.find((name) => options[name]);
  if (fault !== undefined) {
    const { makeFaultyToken } = await import('./specimens.ts');
    return makeFaultyToken(fault, email, localSettings().env);
  }
  if (alg !== undefined && requireAlgorithm(alg) !== localSettings().issuer?.signing) {
    const { fetchTokenSignedWith } = await import('./specimens.ts');
    return fetchTokenSignedWith(requireAlgorithm(alg), { email, password }, localSettings().env);
  }
  const serverUrl = await findSignInServer(withEnvFile(process.env, '.env'));
  const cookies = await startSession(serverUrl, options);
  return options['session-cookie'] ? readSessionCookie(cookies) : exchangeForToken(serverUrl, cookies);
}

function requireAlgorithm(name: string): (typeof ALGORITHMS)[number] {
  const algorithm = ALGORITHMS.find((known) => known === name);
  if (algorithm !== undefined) return algorithm;
  throw new LocalProblem(`--alg must be ${ALGORITHMS.join(', ')}.`);
}

/** What the local API runs with: the specimens carry its issuer and its secret. */
function localSettings(): LocalSettings {
  return readLocalSettings(process.env, process.cwd());
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
  throw new LocalProblem(`Give --email and --password of a user of ${serverUrl}: nobody is signed up there.`);
}

main().catch((error: unknown) => {
  console.error(describeProblem(error));
  process.exitCode = 1;
});
