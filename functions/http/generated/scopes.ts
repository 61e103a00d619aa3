// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

/** Every scope that openapi.yml describes. */
export const SCOPES = ["tasks:read","tasks:write","email","profile"] as const;
