// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const getOpenApiContract = {
  operation: "getOpenApi",
  path: "/openapi.json",
  auth: "none",
} as const satisfies Contract;
