import type { Api } from './exchange/exchange.ts';
import type { OfflineOptions } from './framework.ts';
import type { Target } from './service/rest-api.ts';
import type { Router } from './service/router.ts';

interface Facts {
  readonly api: Api;
  readonly options: OfflineOptions;
  readonly router: Router<Target>;
  readonly flushPath: string;
}

/** How to empty the authorizer result cache and how to do without. */
export function describeCache({ api, options, router, flushPath }: Facts): string {
  const { host = 'localhost', httpPort = 3000 } = options;
  const flush = isTaken(router, api, flushPath)
    ? `a route of this service covers ${flushPath}, so choose another custom.offlineGateway.flushPath to empty the cache`
    : `curl -X DELETE http://${host}:${httpPort}${flushPath} empties the cache`;
  return `authorizer results are kept for their resultTtlInSeconds, as on AWS; ${flush}, SLS_OFFLINE_AUTH_CACHE=off switches it off.`;
}

/** A route of the service on the flush path wins, and the developer has to know. */
function isTaken(router: Router<Target>, { basePath }: Api, path: string): boolean {
  return path.startsWith(`${basePath}/`) && router.find('DELETE', path.slice(basePath.length)) !== undefined;
}
