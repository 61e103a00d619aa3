/** Exact budgets of bundles; tests/budgets holds every bundle against one of them. */
export interface Budget {
  readonly bytes: number;
  readonly gzipBytes: number;
}

const kilobytes = (bytes: number, gzipBytes: number): Budget => ({
  bytes: bytes * 1024,
  gzipBytes: gzipBytes * 1024,
});

export const HANDLER_BUDGET = kilobytes(75, 27);

/** Of functions that are not one handler over the store. */
const OTHER_BUDGETS: Readonly<Record<string, Budget>> = {
  authorizer: kilobytes(52, 18),
  // Verifies tokens itself, and holds the client of DynamoDB for the rate limit, which is loaded only when that is on.
  getMe: kilobytes(105, 38),
  // Holds the contract, which grows with each resource.
  getOpenApi: kilobytes(110, 30),
  // Swagger UI is inside, so that the page asks no other server for it.
  getDocs: kilobytes(660, 492),
};

export function budgetOf(functionName: string): Budget {
  return OTHER_BUDGETS[functionName] ?? HANDLER_BUDGET;
}

/** Whether it is one of the functions that are held to {@link HANDLER_BUDGET}. */
export function isPlainHandler(functionName: string): boolean {
  return !(functionName in OTHER_BUDGETS);
}
