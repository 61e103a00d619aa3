// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const getMeContract = {
  operation: "getMe",
  path: "/api/me",
  auth: "optional",
} as const satisfies Contract;
