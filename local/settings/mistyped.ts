import type { Env } from '../../common/env.ts';

/** Every variable that a developer may set; a test compares the list with docs/settings.md. */
export const SETTINGS: readonly string[] = [
  'ACCESS_TOKEN_EXPIRE_MINUTES',
  'ALARM_EMAIL',
  'ALGORITHM',
  'API_PORT',
  'API_URL',
  'AUTH_PORT',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'BETTER_AUTH_JWKS',
  'BETTER_AUTH_JWKS_URL',
  'BETTER_AUTH_SECRET',
  'BETTER_AUTH_SECRETS',
  'BETTER_AUTH_URL',
  'CLOCK_TOLERANCE_SECONDS',
  'CORS_ALLOWED_ORIGIN',
  'DYNAMODB_PORT',
  'JWKS_MAX_STALE_HOURS',
  'JWKS_TIMEOUT_MS',
  'JWT_AUDIENCE',
  'JWT_ISSUER',
  'LAMBDA_PORT',
  'LOCAL_AUTH',
  'LOCAL_AUTH_ALG',
  'LOCAL_DATA_DIR',
  'LOCAL_IAM',
  'RATE_LIMIT_PER_MINUTE',
  'REQUIRE_VERIFIED_EMAIL',
  'TOKEN_CLAIMS',
];

/** One mistake in a short name, two in a long one: more would be a name of its own. */
const LONG = 9;
const mistakesIn = (name: string): number => (name.length >= LONG ? 2 : 1);

/**
 * Variables that are nearly the name of a setting and mean nothing, each in a sentence with the name that was meant.
 *
 * @param env the environment with the variables of `.env`. No value of it is repeated.
 */
export function findMistyped(env: Env): string[] {
  return Object.keys(env).flatMap((name) => {
    const meant = SETTINGS.includes(name) ? undefined : findNearest(name);
    return meant === undefined ? [] : [`${name} is not a setting and is ignored. Did you mean ${meant}?`];
  });
}

function findNearest(name: string): string | undefined {
  const [nearest] = SETTINGS.map((setting) => ({
    setting,
    mistakes: countMistakes(name.toUpperCase(), setting),
  }))
    .filter(({ setting, mistakes }) => mistakes <= mistakesIn(setting))
    .sort((one, other) => one.mistakes - other.mistakes);
  return nearest?.setting;
}

/** Letters that are missing, too many, wrong, or exchanged with their neighbour (optimal string alignment). */
function countMistakes(typed: string, meant: string): number {
  const rows: number[][] = [Array.from({ length: meant.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= meant.length; column += 1) {
      const isSame = typed[row - 1] === meant[column - 1];
      const costs = [
        at(rows, row - 1, column) + 1,
        (current[column - 1] ?? 0) + 1,
        at(rows, row - 1, column - 1) + (isSame ? 0 : 1),
      ];
      const isExchanged = typed[row - 1] === meant[column - 2] && typed[row - 2] === meant[column - 1];
      if (isExchanged && row > 1) costs.push(at(rows, row - 2, column - 2) + 1);
      current.push(Math.min(...costs));
    }
    rows.push(current);
  }
  return at(rows, typed.length, meant.length);
}

const at = (rows: readonly (readonly number[])[], row: number, column: number): number =>
  rows[row]?.[column] ?? 0;
