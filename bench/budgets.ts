/** Exact budgets in bytes; tests/budgets holds every bundle against them. */
export const BUDGETS = {
  authorizer: { bytes: 52 * 1024, gzipBytes: 18 * 1024 },
  handler: { bytes: 250 * 1024, gzipBytes: 82 * 1024 },
} as const;

interface Budget {
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** Functions that hold more than a task handler does. */
const LARGER: Readonly<Record<string, Budget>> = {
  // Verifies tokens itself, and holds the SDK for the rate limit, which is loaded only when that is on.
  getMe: { bytes: 312 * 1024, gzipBytes: 105 * 1024 },
  // Is the page.
  getDocs: { bytes: 660 * 1024, gzipBytes: 492 * 1024 },
};

/** The budget of any function but the authorizer. */
export function budgetOf(name: string): Budget {
  return LARGER[name] ?? BUDGETS.handler;
}
