// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const getHealthContract = {
  operation: "getHealth",
  path: "/api/health",
  auth: "none",
} as const satisfies Contract;
