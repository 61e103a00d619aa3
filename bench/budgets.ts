/** Exact budgets in bytes; tests/budgets holds every bundle against them. */
export const BUDGETS = {
  authorizer: { bytes: 52 * 1024, gzipBytes: 18 * 1024 },
  handler: { bytes: 250 * 1024, gzipBytes: 82 * 1024 },
} as const;
