import { channel } from 'node:diagnostics_channel';

/** An error that was not foreseen, as it was thrown. */
export interface Fault {
  /** The function of serverless.yml. */
  readonly operation: string;
  readonly error: unknown;
}

/** Node's channel for faults. The local stack listens and prints them; a deployment has no listener. */
export const FAULTS = 'todo:fault';

const faults = channel(FAULTS);

/** Hands an unforeseen error to a developer who listens on this machine. Does nothing else. */
export function publishFault(fault: Fault): void {
  faults.publish(fault);
}

/** V8's line for one call: name, then position. `async`, `new` and `Object.` may stand before the name. */
const FRAME =
  /^ {4}at (?:(?:async |new )*([\w$.<>]{1,40})(?: \[as [\w$]+\])? \()?(?:async )?([^()\s]+?):(\d+):(\d+)\)?$/;
/** Frames that are kept: V8 itself keeps ten. */
const FRAMES_MAX = 10;

/**
 * Where an error was thrown, as `name file:line:column`, innermost call first. Of the caller nothing can be in it: the message
 * is cut off, and without knowing where it ends there are no frames. A message can look like frames.
 */
export function findFrames(error: unknown): string[] {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return [];
  const lines = withoutMessage(error.stack, String(error.message))?.split('\n') ?? [];
  return lines.slice(0, FRAMES_MAX).flatMap((line) => {
    const [, name, file = '', row, column] = FRAME.exec(line) ?? [];
    const position = `${file.split(/[/\\]/).at(-1)}:${row}:${column}`;
    return file === '' ? [] : [name === undefined ? position : `${name} ${position}`];
  });
}

/** What follows `Name: message` in a stack; `undefined` when the stack does not begin so. */
function withoutMessage(stack: string, message: string): string | undefined {
  const name = /^[\w$.]{1,60}/.exec(stack)?.[0] ?? '';
  const heads = [`${name}: ${message}\n`, ...(message === '' ? [`${name}\n`] : [])];
  const head = heads.find((text) => name !== '' && stack.startsWith(text));
  return head === undefined ? undefined : stack.slice(head.length);
}
