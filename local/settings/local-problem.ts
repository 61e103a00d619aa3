import { ConfigError } from '../../common/env.ts';

/** Something on this machine prevents the start. The message says what it is and how to fix it, and holds no secret. */
export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
  readonly code = 'local_problem';
}

/** The message of a problem that a developer can fix. Any other error is a bug of ours and keeps its stack. */
export function describeProblem(error: unknown): string {
  if (error instanceof LocalProblem || error instanceof ConfigError || isUsageError(error))
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** An option that `parseArgs` does not know. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && (findErrorCode(error)?.startsWith('ERR_PARSE_ARGS') ?? false);
}

/** `code` of a system error, such as EADDRINUSE or ENOENT. */
export function findErrorCode(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
