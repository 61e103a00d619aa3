import type { Row } from './row.ts';
import { AUTHORIZER_ROWS } from './rows-authorizer.ts';
import { INTEGRATION_ROWS } from './rows-integration.ts';
import { POLICY_ROWS } from './rows-policy.ts';
import { RESPONSE_ROWS } from './rows-responses.ts';

/** The fifty differences between API Gateway and serverless-offline 14.8.2, in the order of api-gateway.md §10. */
export const ROWS: readonly Row[] = [
  ...AUTHORIZER_ROWS,
  ...POLICY_ROWS,
  ...RESPONSE_ROWS,
  ...INTEGRATION_ROWS,
].toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
