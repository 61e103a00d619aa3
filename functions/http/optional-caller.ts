import { makeAuthenticate } from '../../authorizer/authenticate.ts';
import { readAuthorizerConfig } from '../../authorizer/config.ts';
import { isAppError } from '../../common/app-error.ts';
import type { Env } from '../../common/env.ts';
import type { ApiServices, OptionalCallerServices } from './endpoint.ts';

/**
 * Verifies the token in the function itself, with the code of the authorizer, for operations that have none. A token
 * that is not valid counts as none; when that cannot be decided the error goes on, because saying "nobody" would
 * make a client sign its user out.
 */
export function makeFindCaller(
  env: Env,
  { log, now }: Pick<ApiServices, 'log' | 'now'>,
): OptionalCallerServices['findCaller'] {
  const authenticate = makeAuthenticate(readAuthorizerConfig(env), { log, now });
  return async (authorization) => {
    if (authorization === undefined) return undefined;
    try {
      return await authenticate(authorization);
    } catch (error) {
      if (isAppError(error) && error.kind === 'unauthenticated') return undefined;
      throw error;
    }
  };
}
