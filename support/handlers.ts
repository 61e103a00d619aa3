import { type ApiHandler, apiHandler } from '../functions/http/api-handler.ts';
import { loadFunctions } from './operations.ts';

/** Every function that openapi.yml names. One that is missing ends whatever imports this, with the name of its file. */
const FUNCTIONS = await loadFunctions();

/**
 * The handlers of openapi.yml by the name of their function, run with these services instead of those of the
 * environment.
 *
 * @throws {Error} the one it returns, for a name that openapi.yml does not have.
 */
export function makeHandlers(services: () => object): (functionName: string) => ApiHandler {
  const made = new Map<string, ApiHandler>();
  return (functionName) => {
    const found = FUNCTIONS.get(functionName);
    if (found === undefined) throw new Error(`openapi.yml has no operation that ${functionName} serves`);
    const handler = made.get(functionName) ?? apiHandler(found.contract, found.endpoint, services as never);
    made.set(functionName, handler);
    return handler;
  };
}
