import { fetchKeySet, KeySetFetchFailed } from '../../authorizer/fetch-key-set.ts';
import type { Get } from '../../authorizer/get.ts';
import type { KeySetSource } from '../../authorizer/key-set-source.ts';
import { type Log, makeLog } from '../../common/log.ts';

/** What became of the key set while one token was judged. */
export interface KeySetReport {
  /** Why the set could not be used, in the words of the authorizer; `undefined` when it could, or was not needed. */
  readonly failure: string | undefined;
  /** Why single keys could not be used, each reason once. */
  readonly skipped: readonly string[];
  /** How many keys the set holds; `undefined` when that is not known. */
  readonly size: number | undefined;
}

/** The log of an authorizer, kept for {@link readKeySetReport} instead of printed. */
export function recordKeySetLog(): { log: Log; entries: Readonly<Record<string, unknown>>[] } {
  const entries: Readonly<Record<string, unknown>>[] = [];
  return { entries, log: makeLog({ write: (line) => void entries.push(JSON.parse(line)) }) };
}

/** Asks for the set once more, because the authorizer does not say how many keys are in it. */
export async function readKeySetReport(
  source: KeySetSource | undefined,
  entries: readonly Readonly<Record<string, unknown>>[],
  get?: Get,
): Promise<KeySetReport> {
  const reasonsOf = (message: string) =>
    entries.filter((entry) => entry['message'] === message).map((entry) => String(entry['reason']));
  return {
    failure: reasonsOf('key set not loaded').at(-1),
    skipped: [...new Set(reasonsOf('key skipped'))],
    size: await countKeys(source, get),
  };
}

async function countKeys(source: KeySetSource | undefined, get?: Get): Promise<number | undefined> {
  if (source === undefined) return undefined;
  if (source.kind === 'inline') return source.keys.length;
  try {
    return (await fetchKeySet(source.url, { timeoutMs: source.timeoutMs, get })).length;
  } catch (error) {
    if (error instanceof KeySetFetchFailed) return undefined;
    throw error;
  }
}
