import { makeFindCaller as findCallerWith } from '../../authorizer/index.ts';
import type { Env } from '../../common/env.ts';
import type { ApiServices, OptionalCallerServices } from './endpoint.ts';

/** Verifies the token in the function itself, with the code of the authorizer, for operations that have none. */
export function makeFindCaller(
  env: Env,
  { log, now }: Pick<ApiServices, 'log' | 'now'>,
): OptionalCallerServices['findCaller'] {
  return findCallerWith({ env, log, now });
}
