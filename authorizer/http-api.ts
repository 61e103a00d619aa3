import { toAuthorizerContext } from '../common/identity.ts';
import type { AuthorizeServices } from './authorize.ts';
import { type HttpApiAuthorizerEvent, readAuthorization, type SimpleResult } from './events.ts';
import { KeysUnavailable, Rejection } from './rejections.ts';
import { withoutMessage } from './unforeseen.ts';

/** Answers the Lambda authorizer of an HTTP API. */
export type AuthorizeHttpApi = (event: HttpApiAuthorizerEvent) => Promise<SimpleResult>;

/**
 * The simple responses of payload format 2.0. An HTTP API answers a refusal with 403 and its own body, so code and
 * sentence go to the log alone. It answers an error that is thrown with 500, which an outage should be.
 */
export function makeAuthorizeHttpApi({ authenticate, log }: AuthorizeServices): AuthorizeHttpApi {
  return async (event) => {
    try {
      const identity = await authenticate(readAuthorization(event));
      log.info('authentication allowed');
      return { isAuthorized: true, context: toAuthorizerContext(identity) };
    } catch (error) {
      if (error instanceof KeysUnavailable) log.error('authentication unavailable', { code: error.code });
      if (!(error instanceof Rejection)) throw withoutMessage(error);
      log.info('authentication refused', { code: error.code });
      return { isAuthorized: false };
    }
  };
}
