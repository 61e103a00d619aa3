import { ConfigError, type Env, findList, findSetting, type NonEmptyList } from './env.ts';

const HTTP: ReadonlySet<string> = new Set(['http:', 'https:']);

/** Every `iss` to accept: JWT_ISSUER, else the origin of BETTER_AUTH_URL. @throws {ConfigError} when neither is set. */
export function readIssuers(env: Env): NonEmptyList {
  return findList(env, 'JWT_ISSUER') ?? [requireOrigin(env)];
}

/** Every `aud` to accept: JWT_AUDIENCE, else the origin of BETTER_AUTH_URL. @throws {ConfigError} when neither is set. */
export function readAudiences(env: Env): NonEmptyList {
  return findList(env, 'JWT_AUDIENCE') ?? [requireOrigin(env)];
}

/** Better Auth puts the origin of its base URL into `iss` and `aud`, without the path or slash of the setting. */
function requireOrigin(env: Env): string {
  const text = findSetting(env, 'BETTER_AUTH_URL');
  if (text === undefined) {
    throw new ConfigError(
      'Set BETTER_AUTH_URL to the address of the Better Auth server: it is the issuer to trust.',
    );
  }
  const url = URL.parse(text);
  if (url === null || !HTTP.has(url.protocol)) {
    throw new ConfigError(
      'BETTER_AUTH_URL must be an http or https address, such as https://auth.example.com.',
    );
  }
  return url.origin;
}
