import type { Check } from '../check.ts';
import { CONTRACT_CHECKS } from './contract.ts';
import { ERROR_CHECKS } from './errors.ts';
import { HEADER_CHECKS } from './headers.ts';
import { HEALTH_CHECKS } from './health.ts';
import { ISOLATION_CHECKS } from './isolation.ts';
import { REFUSED_TOKEN_CHECKS } from './refused-tokens.ts';
import { TASK_CHECKS } from './tasks.ts';
import { UNAUTHENTICATED_CHECKS } from './unauthenticated.ts';

/** Every check, in the order it is made. */
export const CHECKS: readonly Check[] = [
  ...HEALTH_CHECKS,
  ...UNAUTHENTICATED_CHECKS,
  ...REFUSED_TOKEN_CHECKS,
  ...TASK_CHECKS,
  ...ISOLATION_CHECKS,
  ...ERROR_CHECKS,
  ...HEADER_CHECKS,
  ...CONTRACT_CHECKS,
];
