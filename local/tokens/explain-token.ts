import { text } from 'node:stream/consumers';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { apiServices } from '../../functions/services/config.ts';
import { describeProblem, LocalProblem } from '../settings/local-problem.ts';
import { readLocalSettings } from '../settings/local-settings.ts';
import { findToken } from './find-token.ts';
import { explain } from './report.ts';

const USAGE = `Usage: npm run -s explain-token -- <token>
       npm run -s explain-token -- - < file

Says which check of the API a token fails and what to change. Reads the settings of npm run dev from the environment and
.env. A header, a curl line, the JSON of a sign-in server and a token that was broken into lines are understood too.
With -, the token is read from standard input and does not appear in the list of processes.

Exit status: 0 when the API accepts the token, 1 when it refuses it or there is no token.
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.length === 1 && (args[0] === '--help' || args[0] === '-h'))
    return void process.stdout.write(USAGE);
  if (args.length === 0)
    throw new LocalProblem(
      'Give a token, or - to read it from standard input: npm run -s explain-token -- --help',
    );
  const pasted = args.length === 1 && args[0] === '-' ? await text(process.stdin) : args.join(' ');
  const { token, notes } = findToken(pasted);
  const { env } = readLocalSettings(process.env, process.cwd());
  const { requireVerifiedEmail } = apiServices(env);
  const config = readAuthorizerConfig(env);
  const { report, accepted } = await explain(token, { config, requireVerifiedEmail, nowMs: Date.now() });
  process.stdout.write(notes.map((note) => `${note}\n`).join('') + report);
  process.exitCode = accepted ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(describeProblem(error));
  process.exitCode = 1;
});
