import { makeLog } from '../common/log.ts';
import { makeAuthenticate } from './authenticate.ts';
import { makeAuthorize } from './authorize.ts';
import { readAuthorizerConfig } from './config.ts';

const log = makeLog();

/** Lambda TOKEN authorizer of every protected route in serverless.yml. A broken configuration stops it here. */
export const handler = makeAuthorize({
  authenticate: makeAuthenticate(readAuthorizerConfig(), { log, prefetch: true }),
  log,
});
