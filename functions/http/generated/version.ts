// Made from openapi.yml by scripts/generate-contract.ts; do not edit.
/** The release, `info.version` of openapi.yml. */
export const VERSION = '0.1.0';
