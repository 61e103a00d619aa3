import { makeLog } from '../common/log.ts';
import { type Authorize, makeAuthorize } from './authorize.ts';
import { readAuthorizerConfig } from './config.ts';
import { startEarlyGet } from './early-get.ts';

const log = makeLog();
/** A broken configuration stops the function here. */
const config = readAuthorizerConfig();
const { get, isOnItsWay } = startEarlyGet(config);

/** The libraries that verify are loaded while the request for the key set is on its way. */
const authorize = isOnItsWay
  .then(() => import('./authenticate.ts'))
  .then(({ makeAuthenticate }) => {
    const authenticate = makeAuthenticate(config, { log, fetch: get, prefetch: true });
    return makeAuthorize({ authenticate, log });
  });

/** Lambda TOKEN authorizer of every protected route in serverless.yml. */
export const handler: Authorize = async (event) => (await authorize)(event);
