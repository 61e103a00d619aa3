/**
 * `npm run test:resources`: adds a resource to a copy of the project, starts it, and asks the new route. Then the checks and
 * the suites on a project with two resources, and again after the first one is removed. Prints each command with its time.
 *
 * @remarks `npm run test:resources -- --short` ends after the first record.
 */
import { parseArgs } from 'node:util';
import { RESOURCES } from '../../support/resources.ts';
import { startStack } from '../../support/stack.ts';
import { startCopy } from '../documents/follow-page.ts';

const PATIENCE_MS = 1_800_000;
/** From the command to the first record of the new resource. */
const FIRST_RECORD_MAX_S = 60;

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const copy = startCopy(PATIENCE_MS);
copy.commit();

try {
  const begun = performance.now();
  await command('npm run new-resource -- notes', () => copy.npm('run', '-s', 'new-resource', '--', 'notes'));
  await command('npm run dev, and POST /api/notes', createFirst);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`From the command to the first 201: ${seconds.toFixed(1)} s (at most ${FIRST_RECORD_MAX_S} s)`);
  if (seconds > FIRST_RECORD_MAX_S) process.exitCode = 1;
  if (!values.short) {
    await checkAll();
    const [first] = RESOURCES.map(({ kind }) => kind.plural);
    copy.commit();
    await command(`npm run remove-resource -- ${first}`, () =>
      copy.npm('run', '-s', 'remove-resource', '--', first ?? ''),
    );
    copy.commit();
    await checkAll();
  }
} finally {
  copy.remove();
}

async function checkAll(): Promise<void> {
  await command('npm run check', () => copy.npm('run', 'check'));
  await command('npm test', () => copy.npm('test'));
  await command('npm run test:system', () => copy.npm('run', 'test:system'));
}

/** Runs one step, and says what it was, how it ended and how long it took. */
async function command(name: string, run: () => Promise<{ code: number; output: string }>): Promise<void> {
  const begun = performance.now();
  const { code, output } = await run();
  console.log(
    `$ ${name}\n${output.trimEnd()}\n[${((performance.now() - begun) / 1000).toFixed(1)} s, exit code ${code}]\n`,
  );
  if (code !== 0) process.exitCode = 1;
}

/** The stack of the copy answers 201 for a note, and a list without it to another user. */
async function createFirst(): Promise<{ code: number; output: string }> {
  const stack = await startStack({ folder: copy.folder });
  try {
    const ask = async (email: string, body?: object) => {
      const headers = {
        authorization: `Bearer ${await stack.token(email)}`,
        ...(body && { 'content-type': 'application/json' }),
      };
      const init = body && { method: 'POST', body: JSON.stringify(body) };
      const reply = await fetch(`${stack.apiUrl}/api/notes`, { ...init, headers });
      return { status: reply.status, text: await reply.text() };
    };
    const created = await ask('ann@example.com', { title: 'First' });
    const foreign = await ask('bob@example.com');
    const isRight = created.status === 201 && foreign.status === 200 && foreign.text === '[]';
    return {
      code: isRight ? 0 : 1,
      output: `${created.status} ${created.text}\nGET as another user: ${foreign.status} ${foreign.text}`,
    };
  } finally {
    await stack.stop();
  }
}
