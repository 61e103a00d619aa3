import { fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** dynalite in memory, in a process of its own. */
export interface Database {
  readonly endpoint: string;
  readonly table: string;
  readonly stop: () => void;
}

export async function startDatabase(): Promise<Database> {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const child = fork(resolve(import.meta.dirname, './database-process.ts'), {
    env,
    execArgv: ['--no-warnings'],
  });
  const [{ endpoint, table }] = await once(child, 'message');
  return { endpoint, table, stop: () => child.disconnect() };
}
