import { isAppError } from '../common/app-error.ts';
import { publishFault } from '../common/fault.ts';

/**
 * What Lambda may write to its log about a fault of ours: where it happened, in words of our own. The message of an
 * unforeseen error may quote its input, and the input is a token. It might even read `Unauthorized`, and sign users out.
 * A developer who listens on this machine is handed the error as it was thrown.
 */
export function withoutMessage(error: unknown): unknown {
  if (isAppError(error)) return error;
  publishFault({ operation: 'authorizer', error });
  const { name = typeof error, message, stack } = Object(error) as Partial<Error>;
  const frames =
    String(stack)
      .replace(String(message), '')
      .match(/^ +at .*/gm) ?? [];
  const safe = new Error(`the authorizer failed: ${name}`);
  safe.stack = [safe.message, ...frames].join('\n');
  return safe;
}
