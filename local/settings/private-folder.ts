import { chmodSync, type Dirent, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findErrorCode, LocalProblem } from './local-problem.ts';

const OWNER_ONLY = 0o700;
/** What group and others may not do with a new file. */
const NOTHING_FOR_OTHERS = 0o077;
/** Where the stack keeps its files unless told otherwise, in the project. */
const OWN_FOLDER = '.local';
/** What the stack keeps in the folder that LOCAL_DATA_DIR names. */
const OURS = /^(?:better-auth-secret|bundles|dynamodb(?:-\d+)?)$/;

/**
 * Keeps the folder of tasks and secret, and everything the stack writes from now on, from other users of this machine.
 * What is in it already loses the rights of others too. Windows has no such modes; a home folder there is private.
 *
 * A folder that the stack shares with other files stays as open as it is: only what is ours in it is closed.
 */
export function keepPrivate(directory: string): void {
  process.umask(NOTHING_FOR_OTHERS);
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY });
  if (process.platform === 'win32') return;
  const entries = readdirSync(directory, { withFileTypes: true });
  const isOwn = directory === resolve(OWN_FOLDER);
  const ours = entries.filter(({ name }) => isOwn || OURS.test(name));
  if (ours.length === entries.length) closeToOthers(directory);
  for (const entry of ours) closeAll(join(directory, entry.name), entry);
}

function closeAll(path: string, entry: Dirent): void {
  if (entry.isSymbolicLink()) return;
  closeToOthers(path);
  if (!entry.isDirectory()) return;
  for (const inner of readdirSync(path, { withFileTypes: true })) closeAll(join(path, inner.name), inner);
}

/** Leaves the owner's own rights as they are. */
function closeToOthers(path: string): void {
  try {
    const { mode } = lstatSync(path);
    if ((mode & NOTHING_FOR_OTHERS) !== 0) chmodSync(path, mode & OWNER_ONLY);
  } catch (error) {
    const code = findErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTSUP') return; // it has gone since, or the file system has no modes
    if (code !== 'EPERM') throw error;
    throw new LocalProblem(`${path} belongs to another user. Make it yours with chown, or remove it.`);
  }
}
