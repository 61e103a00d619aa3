/** `npm run smoke`: the HTTP conformance suite against any deployment. */
import type { Check } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { readTarget, USAGE, UsageError } from './options.ts';
import { exitCodeOf, makeReport } from './report.ts';
import { runChecks, type Target } from './run-checks.ts';

const write = (text: string): void => void process.stdout.write(text);

function requireTarget(): Target {
  try {
    const target = readTarget(process.argv.slice(2), process.env);
    if (target !== undefined) return target;
    write(USAGE);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(1);
  }
}

const target = requireTarget();
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
// Whoever read the table went away (`| head`). What was created still has to be deleted.
process.stdout.on('error', () => interrupted.abort());

const report = makeReport(write);
write(`${target.baseUrl}\n`);
const ask = (checks: readonly Check[]) =>
  runChecks(target, { checks, onResult: report.row, signal: interrupted.signal });

const isHealth = ({ group }: Check): boolean => group === 'health';
const results = await ask(CHECKS.filter(isHealth));
if (exitCodeOf(results) === 0) results.push(...(await ask(CHECKS.filter((check) => !isHealth(check)))));
else write('\nNothing else was asked: there is no such API at this address.\n');
report.summary(results);
process.exitCode = interrupted.signal.aborted ? 1 : exitCodeOf(results);
