import type { Authorizer } from '../api/authorizer.ts';
import type { Exchange } from '../gateway/exchange.ts';

/** One question: may this identity call this method. */
export interface Question {
  readonly authorizer: Authorizer;
  readonly exchange: Exchange;
  readonly identity: readonly string[];
  readonly methodArn: string;
}
