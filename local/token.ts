import { parseArgs } from 'node:util';
import { DEMO_USER } from './demo-user.ts';
import { withEnvFile } from './env-file.ts';
import { describeProblem, LocalProblem } from './local-problem.ts';
import { isLoopback } from './loopback.ts';
import { exchangeForToken, signIn, signUpOrIn } from './sign-in.ts';
import { findSignInServer } from './sign-in-server.ts';

const OPTIONS = { email: { type: 'string' }, password: { type: 'string' } } as const;

/** `npm run token`: prints the token and nothing else, so that it can be put into a variable. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const serverUrl = await findSignInServer(withEnvFile(process.env, '.env'));
  const cookies = await startSession(serverUrl, values);
  process.stdout.write(`${await exchangeForToken(serverUrl, cookies)}\n`);
}

/** Users are made on this machine only, never on a server that others use. */
function startSession(
  serverUrl: string,
  { email, password }: { email?: string; password?: string },
): Promise<string> {
  if (isLoopback(serverUrl))
    return signUpOrIn(serverUrl, { ...DEMO_USER, ...(email && { email }), ...(password && { password }) });
  if (email && password) return signIn(serverUrl, { email, password });
  throw new LocalProblem(`Give --email and --password of a user of ${serverUrl}: nobody is signed up there.`);
}

main().catch((error: unknown) => {
  console.error(describeProblem(error));
  process.exitCode = 1;
});
