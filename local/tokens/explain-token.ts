import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { makeAuthenticate } from '../../authorizer/authenticate.ts';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { makeLog } from '../../common/log.ts';
import { apiServices } from '../../functions/services/config.ts';
import { describeProblem, LocalProblem } from '../settings/local-problem.ts';
import { readLocalSettings } from '../settings/local-settings.ts';
import { explain } from './report.ts';

/** `npm run -s explain-token -- <jwt | ->`: ends with 0 only when the API would accept the token. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    throw new LocalProblem(
      'Give one token, or - to read it from standard input: npm run -s explain-token -- <jwt | ->',
    );
  }
  const token = (given === '-' ? await text(process.stdin) : given).trim();
  const { env } = readLocalSettings(process.env, process.cwd());
  const nowMs = Date.now();
  const config = readAuthorizerConfig(env);
  const authenticate = makeAuthenticate(config, { log: makeLog({ write: () => {} }), now: () => nowMs });
  const { requireVerifiedEmail } = apiServices(env);
  const { report, accepted } = await explain(token, { config, authenticate, requireVerifiedEmail, nowMs });
  process.stdout.write(report);
  process.exitCode = accepted ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(describeProblem(error));
  process.exitCode = 1;
});
