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
