import { KeysUnavailable, Rejection } from '../authorizer/rejections.ts';

/** The code of the refusal of a header, `allow`, or the class of an error that is no refusal. */
export async function codeOf(promise: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof promise === 'function' ? promise() : promise);
    return 'allow';
  } catch (error) {
    if (error instanceof Rejection) return error.cacheable ? error.code : `~${error.code}`;
    if (error instanceof KeysUnavailable) return 'unavailable';
    return `crash: ${error instanceof Error ? error.message : String(error)}`;
  }
}
