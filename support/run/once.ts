import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** The folder that the workers of one run of jest share; none outside of one. */
export const findRunFolder = (): string | undefined => process.env['TEST_RUN_FOLDER'];

/**
 * Makes something once in a run of jest, in whichever test file asks first. The others wait for it.
 *
 * @param what names it, with all that it depends on.
 * @param make returns what can be written as JSON. A failure is kept as well: its message, `stdout` and `stderr`.
 */
export async function oncePerRun<T>(what: string, make: () => Promise<T>): Promise<T> {
  const folder = findRunFolder();
  if (folder === undefined) return make();
  const place = join(folder, createHash('sha256').update(what).digest('hex'));
  if (isFirst(place)) writeResult(`${place}.json`, await settled(make()));
  while (!existsSync(`${place}.json`)) await sleep(POLL_MS);
  const { value, failure } = JSON.parse(readFileSync(`${place}.json`, 'utf8'));
  if (failure !== undefined) throw Object.assign(new Error(failure.message), failure);
  return value;
}

/**
 * What a text says, found out by the first process of a run that asks.
 *
 * @param parse returns what can be written as JSON.
 */
export function parseOncePerRun<T>(text: string, parse: (text: string) => T): T {
  const folder = findRunFolder();
  if (folder === undefined) return parse(text);
  const file = join(folder, `${createHash('sha256').update(text).digest('hex')}.parsed.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const value = parse(text);
  writeResult(file, value);
  return value;
}

/** Only one process makes a folder. */
function isFirst(place: string): boolean {
  try {
    mkdirSync(place);
    return true;
  } catch {
    return false;
  }
}

const settled = (made: Promise<unknown>) =>
  made.then(
    (value) => ({ value }),
    ({ message, stdout, stderr }) => ({ failure: { message, stdout, stderr } }),
  );

/** In one step, so that no reader sees half of it. */
function writeResult(file: string, result: unknown): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(result));
  renameSync(unfinished, file);
}
