/** Where the emulation tells the developer something. `once` says a thing a single time per key. */
export interface Reporter {
  readonly notice: (text: string) => void;
  readonly warning: (text: string) => void;
  readonly once: (key: string, text: string) => void;
  readonly hasSaid: (key: string) => boolean;
}

/** The writers that the Serverless framework hands to a plugin. */
export interface FrameworkLog {
  readonly notice: (text: string) => void;
  readonly warning: (text: string) => void;
}

const PREFIX = 'offline-gateway: ';

/** @param log the framework's writers, so that `--verbose` and similar options keep working. */
export function makeReporter(log: FrameworkLog): Reporter {
  const said = new Set<string>();
  const warning = (text: string) => log.warning(PREFIX + text);
  return {
    notice: (text) => log.notice(PREFIX + text),
    warning,
    hasSaid: (key) => said.has(key),
    once: (key, text) => {
      if (said.has(key)) return;
      said.add(key);
      warning(text);
    },
  };
}

/** serverless.yml asks for something the emulation cannot do, or AWS would refuse: the start stops with this sentence. */
export class StartRefused extends Error {
  /** The name by which the framework knows a user's mistake, and prints the sentence without a stack. */
  override readonly name = 'ServerlessError';
  readonly code = 'offline_gateway_refused';
  constructor(sentence: string) {
    super(PREFIX + sentence);
  }
}
