import type { OfflineOptions, Serverless } from '../framework.ts';
import type { Reporter } from '../report.ts';
import { findOfflineOptions, type ServerlessOffline } from '../serverless-offline.ts';
import { type Functions, makeFunctions } from './functions.ts';

interface Parts {
  readonly serverless: Serverless;
  readonly cliOptions: OfflineOptions;
  readonly offline: ServerlessOffline;
  readonly reporter: Reporter;
}

/** Not made before the first call: serverless-esbuild sets the folder of the bundles between the start and then. */
export function makeLateFunctions({ serverless, cliOptions, offline, reporter }: Parts): Functions {
  let functions: Functions | undefined;
  return {
    invoke(...call) {
      functions ??= makeFunctions({
        Lambda: offline.Lambda,
        serverless,
        options: findOfflineOptions(serverless, cliOptions),
        report: reporter.warning,
      });
      return functions.invoke(...call);
    },
    reload: () => functions?.reload(),
  };
}
