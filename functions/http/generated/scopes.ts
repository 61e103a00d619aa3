// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

/** Every scope that openapi.yml describes. */
export const SCOPES = ["tasks:read","tasks:write","email","profile"] as const;

/** What each allows, in a sentence. */
export const SCOPE_MEANINGS: Readonly<Record<(typeof SCOPES)[number], string>> = {"tasks:read":"Read the tasks of the user.","tasks:write":"Create, change and delete the tasks of the user.","email":"See the e-mail address of the user in `GET /api/me`, when the token holds it.","profile":"See the name of the user in `GET /api/me`, when the token holds it."};
