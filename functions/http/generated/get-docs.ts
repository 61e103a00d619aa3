// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const getDocsContract = {
  operation: "getDocs",
  path: "/docs",
  trailingSlash: true,
  auth: "none",
} as const satisfies Contract;
