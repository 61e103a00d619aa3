import { ATTACKS_ON_CLAIMS } from './attacks-on-claims.ts';
import { ATTACKS_ON_FORM } from './attacks-on-form.ts';
import { ATTACKS_ON_KEYS } from './attacks-on-keys.ts';
import type { AttackTable } from './bad-token.ts';
import { PLAIN_BAD_TOKENS } from './plain.ts';

/**
 * Every bad token there is: a plain one for each reason, then RFC 8725 and the OWASP list on JSON Web Tokens. Suites,
 * benchmarks, the checks of a deployment and `npm run token` take theirs from here.
 */
export const BAD_TOKENS: readonly AttackTable[] = [
  { title: 'each reason there is', rows: () => Object.values(PLAIN_BAD_TOKENS).flat() },
  ...ATTACKS_ON_KEYS,
  ...ATTACKS_ON_FORM,
  ...ATTACKS_ON_CLAIMS,
];
