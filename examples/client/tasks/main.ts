/** A short session with the API: sign in, create, page, change at once, meet a refusal, clean up. */
import { makeAccessToken } from '../access-token.ts';
import { readAddresses } from '../addresses.ts';
import { isProblem } from '../problem.ts';
import { signUpOrIn } from '../sign-in.ts';
import { makeTasks, type Task } from './tasks.ts';

const { API_URL, AUTH_URL } = readAddresses(process.env, new URL('../../../.env', import.meta.url));
const EMAIL = process.env['EMAIL'] ?? 'front-end@example.com';
const PASSWORD = process.env['PASSWORD'] ?? 'correct-horse';

function say(what: string, result: string): void {
  console.log(`${what.padEnd(10)} ${result}`);
}

async function session(): Promise<void> {
  const user = await signUpOrIn(AUTH_URL, { email: EMAIL, password: PASSWORD });
  say('sign in', `${EMAIL} at ${AUTH_URL}`);
  const tasks = makeTasks({ apiUrl: API_URL, accessToken: makeAccessToken(user.fetchToken) });

  const created: Task[] = [];
  for (const title of ['Buy milk', 'Pay the rent', 'Call Žofie']) created.push(await tasks.create({ title }));
  const [milk, rent] = created as [Task, Task, Task];
  say('create', created.map(({ title }) => title).join(', '));

  const titles: string[] = [];
  for await (const { id, title } of tasks.list({ limit: 2 })) {
    if (created.some((task) => task.id === id)) titles.push(title);
  }
  say('list', `${titles.join(', ')} (two a page)`);

  const append = (line: string) =>
    tasks.change(rent.id, ({ description }) => ({ description: description + line }));
  await Promise.all([append('Reference 4711. '), append('To the new account. ')]);
  say('change', `two at once, both kept: ${(await tasks.get(rent.id)).description.trim()}`);

  await tasks.change(milk.id, () => ({ completed: true }));
  const open: string[] = [];
  for await (const { title } of tasks.list({ completed: false })) open.push(title);
  say('open', open.join(', '));

  await tasks.create({ title: ' ' }).catch((error: unknown) => {
    if (!isProblem(error, 'invalid_request')) throw error;
    say('refused', error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join(', '));
  });

  for (const { id } of created) await tasks.remove(id);
  await tasks.get(milk.id).catch((error: unknown) => {
    if (!isProblem(error, 'task_not_found')) throw error;
    say('delete', `${created.length} tasks; reading one again: ${error.status} ${error.message}`);
  });
  await user.signOut();
}

try {
  await session();
} catch (error) {
  const { message, cause } = error as Error;
  console.error([message, (cause as Error | undefined)?.message].filter(Boolean).join(': '));
  if (error instanceof TypeError)
    console.error(`The API was expected at ${API_URL}, Better Auth at ${AUTH_URL}: npm run dev.`);
  process.exitCode = 1;
}
