// Made from openapi.yml by scripts/generate-contract.ts; do not edit.

import type { Contract } from '../contract.ts';


export const deleteTaskContract = {
  operation: "deleteTask",
  path: "/api/tasks/{taskId}",
  auth: "required",
  scope: "tasks:write",
} as const satisfies Contract;
