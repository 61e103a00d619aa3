/** The environment as the config files see it. Passed in, so that tests need not touch `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A setting that is missing or makes no sense. The sentence names the variable and never holds its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid_configuration';
}

/** The value, trimmed; `undefined` when unset or blank, because CloudFormation and .env files leave blanks behind. */
export function findSetting(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** At least one text. */
export type NonEmptyList = readonly [string, ...string[]];

/** Longest list that is read: more entries are a mistake, and each token is compared with all of them. */
const LIST_MAX = 16;
/**
 * Nothing, or what only JSON, a quoted value, or two values without their comma can hold. An IPv6 address holds brackets
 * inside. A text, because V8 looks `\p` of a literal up at every cold start, also where no list is read.
 */
const NOT_AN_ENTRY = '^$|^\\[|[\\s\\p{C}"\'`{}]';

/**
 * Values separated by commas, each trimmed; `undefined` when unset or blank.
 *
 * @throws {ConfigError} for an empty entry, and for JSON, quotes or white space in one.
 */
export function findList(env: Env, name: string): NonEmptyList | undefined {
  // Splitting a text gives at least one.
  const entries = findSetting(env, name)
    ?.split(',')
    .map((entry) => entry.trim()) as NonEmptyList | undefined;
  if (entries === undefined) return undefined;
  if (entries.some((entry) => new RegExp(NOT_AN_ENTRY, 'u').test(entry))) {
    throw new ConfigError(
      `${name} must be one value, or several separated by commas, without quotes, brackets, white space or empty entries.`,
    );
  }
  if (entries.length > LIST_MAX) throw new ConfigError(`${name} has more than ${LIST_MAX} entries.`);
  return entries;
}

/** @throws {ConfigError} unless unset or a whole number from `min` to `max`. */
export function findWholeNumber(
  env: Env,
  name: string,
  range: { min: number; max: number },
): number | undefined {
  const text = findSetting(env, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max) return value;
  throw new ConfigError(`${name} must be a whole number from ${range.min} to ${range.max}.`);
}

/** @throws {ConfigError} unless unset, `true` or `false`. */
export function findFlag(env: Env, name: string): boolean | undefined {
  const text = findSetting(env, name)?.toLowerCase();
  if (text === undefined || text === 'true' || text === 'false')
    return text === undefined ? undefined : text === 'true';
  throw new ConfigError(`${name} must be true or false.`);
}
