type Level = 'debug' | 'info' | 'warn' | 'error';

/** Named fields of one log line. Never an event, a header, a token, a body, an e-mail address or a name. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One JSON line per call. */
export type Log = Readonly<Record<Level, (message: string, fields?: LogFields) => void>>;

const ORDER: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** @param threshold the lowest level written; an unknown name counts as `info`. */
export function makeLog(threshold = 'info', write: (line: string) => void = console.log): Log {
  const lowest = Math.max(ORDER.indexOf(threshold.toLowerCase() as Level), 0) || (threshold === 'debug' ? 0 : 1);
  const at = (level: Level) => (message: string, fields: LogFields = {}) => {
    if (ORDER.indexOf(level) >= lowest) write(JSON.stringify({ level, message, ...fields }));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
