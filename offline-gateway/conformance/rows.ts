import type { Row } from './row.ts';
import { AUTHORIZER_ROWS } from './rows-authorizer.ts';
import { INTEGRATION_ROWS } from './rows-integration.ts';
import { POLICY_ROWS } from './rows-policy.ts';
import { RESPONSE_ROWS } from './rows-responses.ts';

/** The facts of API-GATEWAY.md that each row rests on. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  A1: ['GW-101', 'GW-102'],
  A2: ['GW-104'],
  A3: ['GW-106'],
  A4: ['GW-103'],
  A5: ['GW-103'],
  A6: ['GW-201'],
  A7: ['GW-202'],
  A8: ['GW-203'],
  A9: ['GW-204'],
  A10: ['GW-303', 'GW-305', 'GW-306'],
  A11: ['GW-303', 'GW-305'],
  A12: ['GW-306', 'GW-1005'],
  A13: ['GW-309'],
  A14: ['GW-301', 'GW-302'],
  A15: ['GW-307', 'GW-308'],
  A16: ['GW-322'],
  A17: ['GW-326'],
  A18: ['GW-323'],
  A19: ['GW-321'],
  A20: ['GW-324'],
  A21: ['GW-501', 'GW-506'],
  A22: ['GW-703'],
  A23: ['GW-1004'],
  A24: ['GW-701'],
  A25: ['GW-108'],
  A26: ['GW-206'],
  A27: ['GW-1003'],
  A28: ['GW-704', 'GW-1003'],
  G1: ['GW-401', 'GW-405', 'GW-422'],
  G2: ['GW-412'],
  G3: ['GW-411'],
  G4: ['GW-901'],
  G5: ['GW-910', 'GW-444', 'GW-445'],
  G6: ['GW-451', 'GW-604'],
  G7: ['GW-913'],
  G8: ['GW-448'],
  I1: ['GW-801', 'GW-802'],
  I2: ['GW-810'],
  I3: ['GW-804', 'GW-806', 'GW-809'],
  I4: ['GW-811', 'GW-447'],
  I5: ['GW-813'],
  I6: ['GW-812'],
  I7: ['GW-705', 'GW-706'],
  I8: ['GW-707'],
  I9: ['GW-903'],
  I10: ['GW-711'],
  I11: ['GW-908'],
  I12: ['GW-909'],
  I13: ['GW-712', 'GW-713'],
  I14: ['GW-704'],
};

/** The fifty differences between API Gateway and serverless-offline 14.8.2. */
export const ROWS: readonly Row[] = [
  ...AUTHORIZER_ROWS,
  ...POLICY_ROWS,
  ...RESPONSE_ROWS,
  ...INTEGRATION_ROWS,
]
  .map((row) => ({ ...row, facts: FACTS[row.id] ?? [] }))
  .toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
