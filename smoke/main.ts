/** `npm run smoke`: the HTTP conformance suite against any deployment. */
import { readTarget, USAGE, UsageError } from './options.ts';
import { exitCodeOf, makeReport } from './report.ts';
import { runChecks, sentenceOf, type Target } from './run-checks.ts';

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
// The reader of the table has closed its end of the pipe (`| head`). What was created still has to be deleted.
process.stdout.on('error', () => interrupted.abort());

/** Whether a whole table of failures would say more than one line. */
async function findProblem({ baseUrl }: Target): Promise<string | undefined> {
  try {
    const { status } = await fetch(`${baseUrl}/api/health`, { redirect: 'manual' });
    return status === 200 ? undefined : `/api/health is answered with ${status}`;
  } catch (error) {
    return sentenceOf(error);
  }
}

async function smoke(): Promise<0 | 1> {
  write(`${target.baseUrl}\n`);
  const problem = await findProblem(target);
  if (problem !== undefined) {
    write(`There is no such API at this address: ${problem}.\n`);
    return 1;
  }
  const { row, summary } = makeReport(write);
  const results = await runChecks(target, { onResult: row, signal: interrupted.signal });
  summary(results);
  return interrupted.signal.aborted ? 1 : exitCodeOf(results);
}

process.exitCode = await smoke();
