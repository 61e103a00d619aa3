import { isAppError } from '../common/app-error.ts';

/**
 * What Lambda may write to its log about a fault of ours: where it happened, in words of our own. The message of an
 * unforeseen error may quote its input, and the input is a token. It might even read `Unauthorized`, and sign users out.
 */
export function withoutMessage(error: unknown): unknown {
  if (isAppError(error)) return error;
  const { name = typeof error, message, stack } = Object(error) as Partial<Error>;
  const frames = String(stack)
    .replace(String(message), '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  const safe = new Error(`the authorizer failed: ${name}`);
  safe.stack = [safe.message, ...frames].join('\n');
  return safe;
}
