// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const getProtectedResourceContract = {
  operation: "getProtectedResource",
  path: "/.well-known/oauth-protected-resource",
  auth: "none",
} as const satisfies Contract;
