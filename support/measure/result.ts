/** What is asked of a figure. */
export interface Goal {
  readonly compare: '≤' | '≥';
  readonly limit: number;
  /** Better than asked, and worth aiming at. */
  readonly further?: number;
  /** What the number counts, such as `× the floor`. */
  readonly unit: string;
}

/** One row of the table. */
export interface Result {
  /** Such as `J1`. One benchmark may have several rows of the same id. */
  readonly id: string;
  readonly what: string;
  readonly goal: Goal;
  /** `undefined` when it could not be measured; `note` says why. */
  readonly figure: number | undefined;
  /** What else belongs to the figure: absolute times, spread, what was tried. */
  readonly note: string;
}

/** A table that explains a row. */
export interface Detail {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Outcome {
  readonly results: readonly Result[];
  readonly details?: readonly Detail[];
}

export interface Benchmark {
  /** The rows it makes, for `--only`. */
  readonly ids: readonly string[];
  /** Seconds it takes, about. */
  readonly seconds: number;
  readonly run: (options: { readonly rounds?: number | undefined }) => Promise<Outcome>;
}

export type Verdict = 'met' | 'further goal met' | 'missed' | 'not measured';

export function verdict({ figure, goal }: Pick<Result, 'figure' | 'goal'>): Verdict {
  if (figure === undefined) return 'not measured';
  const holds = (limit: number) => (goal.compare === '≤' ? figure <= limit : figure >= limit);
  if (goal.further !== undefined && holds(goal.further)) return 'further goal met';
  return holds(goal.limit) ? 'met' : 'missed';
}
