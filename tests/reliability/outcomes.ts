import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Conditions } from '../../support/measure/report.ts';
import type { Finding } from './scenario.ts';

/** What came of a scenario. */
export interface Outcome {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** What broke the promise; `undefined` when it held. */
  readonly failure: string | undefined;
  readonly seconds: number;
  readonly conditions: Conditions;
}

/** The latest outcome of each scenario, by name. */
export function readOutcomes(path: string): Record<string, Outcome> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

export function writeOutcomes(path: string, outcomes: Readonly<Record<string, Outcome>>): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(outcomes, null, 2)}\n`);
}
