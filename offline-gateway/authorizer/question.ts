import type { Exchange } from '../exchange/exchange.ts';
import type { Authorizer } from '../service/authorizer-definition.ts';

/** One question: may this identity call this method. */
export interface Question {
  readonly authorizer: Authorizer;
  readonly exchange: Exchange;
  readonly identity: readonly string[];
  readonly methodArn: string;
}
