import { type ApiHandler, apiHandler } from '../functions/http/api-handler.ts';
import { loadFunctions, OPERATIONS } from './operations.ts';
import { findResource, type Resource } from './resources.ts';

/** Every function that openapi.yml names. One that is missing ends whatever imports this, with the name of its file. */
const FUNCTIONS = await loadFunctions();

/**
 * The handlers of openapi.yml by the name of their function, run with these services instead of those of the
 * environment.
 *
 * @param servicesOf is asked with the resource of a function, where it has one.
 * @throws {Error} the one it returns, for a name that openapi.yml does not have.
 */
export function makeHandlers(
  servicesOf: (resource: Resource | undefined) => object,
): (functionName: string) => ApiHandler {
  const made = new Map<string, ApiHandler>();
  return (functionName) => {
    const found = FUNCTIONS.get(functionName);
    if (found === undefined) throw new Error(`openapi.yml has no operation that ${functionName} serves`);
    const served = OPERATIONS.filter((operation) => operation.functionName === functionName);
    const services = () => servicesOf(served.map(findResource).find(Boolean)) as never;
    const handler = made.get(functionName) ?? apiHandler(found.contract, found.endpoint, services);
    made.set(functionName, handler);
    return handler;
  };
}
