const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/i;
/** Of an instant whose year has four digits, which is what RFC 3339 can write. */
const UTC_LENGTH = '2026-03-01T09:00:00.000Z'.length;

/**
 * An RFC 3339 date-time in UTC with milliseconds, or `undefined` when the text is not one or names a moment that does not
 * exist. `Date` alone would turn 30 February into 2 March. Leap seconds are refused: no JavaScript date can hold one.
 */
export function parseInstant(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] =
    match.slice(1).map((part) => Number(part ?? 0));
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23;
  if (!exists || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const utc = new Date(text.toUpperCase()).toISOString();
  return utc.length === UTC_LENGTH ? utc : undefined;
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
