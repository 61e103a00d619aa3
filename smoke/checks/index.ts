import { existsSync } from 'node:fs';
import { RESOURCES } from '../../support/resources.ts';
import type { Check } from '../check.ts';
import { CONTRACT_CHECKS } from './contract.ts';
import { ERROR_CHECKS } from './errors.ts';
import { HEADER_CHECKS } from './headers.ts';
import { HEALTH_CHECKS } from './health.ts';
import { ISOLATION_CHECKS } from './isolation.ts';
import { RECORD_CHECKS } from './records.ts';
import { REFUSED_TOKEN_CHECKS } from './refused-tokens.ts';
import { UNAUTHENTICATED_CHECKS } from './unauthenticated.ts';

/** What only one kind promises, in a file of its name. */
async function ownChecks(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { kind } of RESOURCES) {
    const file = `./${kind.plural}.ts`;
    if (existsSync(new URL(file, import.meta.url))) checks.push(...(await import(file)).CHECKS);
  }
  return checks;
}

/** Every check, in the order it is made. */
export const CHECKS: readonly Check[] = [
  ...HEALTH_CHECKS,
  ...UNAUTHENTICATED_CHECKS,
  ...REFUSED_TOKEN_CHECKS,
  ...RECORD_CHECKS,
  ...(await ownChecks()),
  ...ISOLATION_CHECKS,
  ...ERROR_CHECKS,
  ...HEADER_CHECKS,
  ...CONTRACT_CHECKS,
];
