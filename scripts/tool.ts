/**
 * `node scripts/tool.ts <package> [words]`: runs the program of a package in `tools/`, which is installed first when it is
 * not. Without a package it installs and runs nothing.
 */
import { spawnSync } from 'node:child_process';
import { installTools, programOf } from '../support/tools.ts';

/** Programs that are not called as their package. */
const COMMANDS: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'biome',
  '@stryker-mutator/core': 'stryker',
  'dependency-cruiser': 'depcruise',
};

const [name, ...words] = process.argv.slice(2);
const problem = installTools();
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else if (name !== undefined) {
  const program = programOf(name, COMMANDS[name]);
  process.exitCode = spawnSync(process.execPath, [program, ...words], { stdio: 'inherit' }).status ?? 1;
}
