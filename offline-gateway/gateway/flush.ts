import type { ServerResponse } from 'node:http';
import type { Exchange } from '../exchange/exchange.ts';
import { send } from './send.ts';

/** What `DELETE` on the flush path does. */
export interface Flush {
  readonly path: string;
  /** @returns how many results were dropped. */
  readonly run: () => number;
}

/**
 * The counterpart of AWS' FlushStageAuthorizersCache. Asked only when no route of the service matched, so it shadows none,
 * and answered only to loopback.
 *
 * @returns false when the request is something else.
 */
export function answerFlush(exchange: Exchange, res: ServerResponse, flush: Flush): boolean {
  if (exchange.method !== 'DELETE' || exchange.contextPath !== flush.path || !isLoopback(exchange.sourceIp))
    return false;
  const body = JSON.stringify({ flushed: flush.run() });
  send(exchange, res, { status: 200, headers: [['Content-Type', 'application/json']], body });
  return true;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
