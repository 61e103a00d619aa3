type Level = 'debug' | 'info' | 'warn' | 'error';

/** Named fields of one log line. Never an event, a header, a token, a body, an e-mail address or a name. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One JSON line per call. */
export type Log = Readonly<Record<Level, (message: string, fields?: LogFields) => void>>;

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** Writes one line to standard output, where Lambda picks it up. */
const printLine = (line: string): void => console.log(line);

export interface LogOptions {
  /** The lowest level that is written. */
  readonly threshold?: Level;
  readonly write?: (line: string) => void;
}

export function makeLog({ threshold = 'info', write = printLine }: LogOptions = {}): Log {
  const written = LEVELS.slice(LEVELS.indexOf(threshold));
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}) => {
      if (written.includes(level)) write(JSON.stringify({ level, message, ...fields }));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
