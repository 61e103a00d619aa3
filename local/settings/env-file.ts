import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Env, findSetting } from '../../common/env.ts';
import { findErrorCode } from './local-problem.ts';

/** Settings of a `.env` file; none when there is no such file. */
function readEnvFile(path: string): Env {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (findErrorCode(error) === 'ENOENT') return {};
    throw error;
  }
}

/** The environment, and below it what `.env` says. A blank variable counts as unset, as everywhere (common/env.ts). */
export function withEnvFile(env: Env, path: string): Env {
  const merged = { ...env };
  for (const [name, value] of Object.entries(readEnvFile(path))) {
    if (findSetting(merged, name) === undefined) merged[name] = value;
  }
  return merged;
}
