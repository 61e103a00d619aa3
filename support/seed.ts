import fc from 'fast-check';

/** Fixed, so that every run tests the same; SECURITY_SEED tries others. */
const SEED = Number(process.env['SECURITY_SEED'] ?? 20_270_115);

/** Makes fast-check's choices repeatable and says with which seed, in the output of every run. */
export function seedProperties(suite: string) {
  fc.configureGlobal({ seed: SEED });
  let tokens = 0;
  return {
    /** Counts a token that a property presents. */
    counted: (token: string): string => {
      tokens += 1;
      return token;
    },
    total: () => tokens,
    report: () =>
      void process.stderr.write(`${suite}: seed ${SEED}${tokens > 0 ? `, ${tokens} tokens` : ''}\n`),
  };
}
