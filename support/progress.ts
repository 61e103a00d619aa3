import type { WriteStream } from 'node:tty';

/** One part of a long command. */
export interface Step {
  readonly name: string;
  /** Seconds it takes, about. Parts without it are counted and not timed. */
  readonly seconds?: number;
}

/** Shows a long command at work. Everything else that the command prints goes through `print`. */
export interface Progress {
  /** The next step begins; the one before it is done. */
  readonly next: () => void;
  readonly print: (text: string) => void;
  /** The last step is done. */
  readonly end: () => void;
}

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

const REDRAW_MS = 1000;
const CLEAR_LINE = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;

/**
 * On a terminal one line that is drawn again every second: what runs, how long, what is left. In CI and in files a plain
 * line when a step begins.
 *
 * @param steps all of them, in their order.
 */
export function showProgress(
  steps: readonly Step[],
  output: Output = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): Progress {
  const isTerminal = output.isTTY === true && !env['CI'];
  let at = -1;
  let begun = performance.now();
  const elapsedS = () => Math.round((performance.now() - begun) / 1000);
  const draw = () => {
    if (!isTerminal || steps[at] === undefined) return;
    const line = toLine(steps, at, elapsedS());
    output.write(CLEAR_LINE + line.slice(0, (output.columns ?? DEFAULT_COLUMNS) - 1));
  };
  const timer = isTerminal ? setInterval(draw, REDRAW_MS).unref() : undefined;
  return {
    next: () => {
      at += 1;
      begun = performance.now();
      if (isTerminal) draw();
      else output.write(`${toLine(steps, at)}\n`);
    },
    print: (text) => {
      output.write(`${isTerminal ? CLEAR_LINE : ''}${text}\n`);
      draw();
    },
    end: () => {
      clearInterval(timer);
      at = steps.length;
      if (isTerminal) output.write(CLEAR_LINE);
    },
  };
}

/** Such as `[2/12] J3: 4 s of about 15 s; then 10 more, about 340 s`. */
function toLine(steps: readonly Step[], at: number, elapsedS?: number): string {
  const { name = '', seconds } = steps[at] ?? {};
  const left = steps.slice(at + 1);
  const leftS = left.every((step) => step.seconds !== undefined)
    ? left.reduce((sum, step) => sum + (step.seconds ?? 0), 0)
    : undefined;
  const expected = seconds === undefined ? '' : `about ${seconds} s`;
  const time = elapsedS === undefined ? expected : [`${elapsedS} s`, expected].filter(Boolean).join(' of ');
  const rest =
    left.length === 0 ? 'the last' : `then ${left.length} more${leftS ? `, about ${leftS} s` : ''}`;
  return `[${at + 1}/${steps.length}] ${name}${time ? `: ${time}` : ''}; ${rest}`;
}
