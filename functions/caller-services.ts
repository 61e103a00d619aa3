import { apiServices, readEnvironment } from './config.ts';
import type { OptionalCallerServices } from './http/endpoint.ts';
import { makeFindCaller } from './http/optional-caller.ts';

/** Wires an endpoint with optional authentication to the environment. Apart from services.ts, because it needs no store. */
export function callerServices(): OptionalCallerServices {
  const services = apiServices();
  return { ...services, findCaller: makeFindCaller(readEnvironment(), services) };
}
