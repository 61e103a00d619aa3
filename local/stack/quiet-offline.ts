import { createRequire } from 'node:module';

interface FrameworkLog {
  readonly isVerboseMode: boolean;
  getPluginWriters(plugin: string): { readonly log: { disable(): void } };
}

/** Ends the silence; with `show`, what was held back comes out after all. */
export type EndSilence = (held: 'show' | 'drop') => void;

/**
 * Hides serverless-offline's notices, two to five lines a request. Also hides what is printed while it starts and answers
 * for the first time, so that our own few lines can be seen. Warnings and errors still go to standard error; `--verbose`
 * shows everything.
 */
export function quietOffline(): EndSilence {
  const framework: FrameworkLog = createRequire(import.meta.url)(
    'serverless/lib/utils/serverless-utils/log.js',
  );
  if (framework.isVerboseMode) return () => {};
  framework.getPluginWriters('serverless-offline').log.disable();
  return holdBack(process.stdout);
}

function holdBack(stream: NodeJS.WriteStream): EndSilence {
  const held: (string | Uint8Array)[] = [];
  const { write } = stream;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    held.push(chunk);
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  };
  return (whatIsHeld) => {
    stream.write = write;
    if (whatIsHeld === 'show') for (const chunk of held) stream.write(chunk);
  };
}
