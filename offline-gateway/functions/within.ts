/** The result, or `'limit'` when it takes longer; no timer is left behind. An infinite limit is none. */
export async function within<Result>(limitMs: number, promise: Promise<Result>): Promise<Result | 'limit'> {
  if (!Number.isFinite(limitMs)) return promise;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'limit'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'limit');
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
