import { describeProblem } from './local-problem.ts';
import { type LocalSettings, readLocalSettings } from './local-settings.ts';
import { findMistyped } from './mistyped.ts';

let applied: LocalSettings | undefined;

/**
 * Makes the local settings the environment of this process, once. A setting that makes no sense ends it here with one
 * sentence, before a port is opened.
 */
export function applyLocalSettings(): LocalSettings {
  applied ??= announceMistyped(apply(readOrExit()));
  return applied;
}

function readOrExit(): LocalSettings {
  try {
    return readLocalSettings(process.env, process.cwd());
  } catch (error) {
    console.error(describeProblem(error));
    process.exit(1);
  }
}

function apply(settings: LocalSettings): LocalSettings {
  for (const [name, value] of Object.entries(settings.env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return settings;
}

function announceMistyped(settings: LocalSettings): LocalSettings {
  for (const sentence of findMistyped(settings.env)) console.error(sentence);
  return settings;
}
