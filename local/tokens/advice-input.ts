import type { AuthorizerConfig } from '../../authorizer/config.ts';
import type { KeySetReport } from './key-set-report.ts';
import type { Unverified } from './token-kind.ts';

/** What advice may name: settings and single claims, never the token, its signature or a secret. */
export interface AdviceInput extends Unverified {
  readonly config: AuthorizerConfig;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly keySet: KeySetReport;
}

/** One sentence for what is wrong, and what to do about it. */
export interface Advice {
  /** What is wrong, with the values that differ. */
  readonly problem: string;
  /** What to change. */
  readonly fix: string;
}

const SHOWN_LENGTH = 100;

/** A value of a token, which may hold anything. Characters that could control a terminal are written as escapes. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  const cut = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return cut.replace(
    /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How far a time claim is from now, in the largest unit that fits. */
export function distance(claim: unknown, nowMs: number): string {
  const seconds = Math.abs(Math.round(nowMs / 1000 - Number(claim)));
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ['second', 1];
  const count = Math.round(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
