// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const getTaskContract = {
  operation: "getTask",
  path: "/api/tasks/{taskId}",
  auth: "required",
  scope: "tasks:read",
} as const satisfies Contract;
