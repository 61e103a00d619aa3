import type { Exchange } from '../exchange/exchange.ts';
import { replyTraceId } from '../exchange/request-headers.ts';
import type { Functions } from '../functions/functions.ts';
import type { Compress } from '../proxy/compress.ts';
import { buildProxyEvent, type EventBody } from '../proxy/event.ts';
import type { IsBinary } from '../proxy/media-types.ts';
import { LAMBDA_PAYLOAD_BYTES, type ProxyReply, readReply } from '../proxy/reply.ts';
import type { Reporter } from '../report.ts';
import { BAD_INTEGRATION, type GatewayError, gatewayError } from '../responses/types.ts';
import type { ProxyTarget } from '../service/rest-api.ts';
import type { Reply } from './send.ts';

interface IntegrationOptions {
  readonly invoke: Functions['invoke'];
  readonly isBinary: IsBinary;
  readonly compress: Compress;
  readonly integrationTimeoutMs: number;
  readonly reporter: Reporter;
}

const BASE64 = /^[A-Za-z0-9+/\r\n]*={0,2}\s*$/;

/** GW-815: a body that says it is base64 and is not, for a client that accepts a binary type. */
const BAD_BASE64: GatewayError = { ...BAD_INTEGRATION, status: 500 };

/** GW-806, GW-810, GW-811: calls the function and reads its reply; a failure is the gateway's own error. */
export async function integrate(
  exchange: Exchange,
  { functionKey, timeoutMs }: Pick<ProxyTarget, 'functionKey' | 'timeoutMs'>,
  body: Buffer,
  options: IntegrationOptions,
): Promise<Reply | GatewayError> {
  const event = buildProxyEvent(exchange, readEventBody(exchange, body, options.isBinary));
  // Lambda's own limit comes first: 6 MB of event, which only a body can reach.
  if (
    body.length > LAMBDA_PAYLOAD_BYTES / 4 &&
    Buffer.byteLength(JSON.stringify(event)) > LAMBDA_PAYLOAD_BYTES
  ) {
    return gatewayError('REQUEST_TOO_LARGE');
  }
  const limitMs = Number.isFinite(options.integrationTimeoutMs)
    ? (timeoutMs ?? options.integrationTimeoutMs)
    : Number.POSITIVE_INFINITY;
  const invocation = await options.invoke(functionKey, event, limitMs);
  if (invocation === 'limit') {
    options.reporter.warning(
      `${functionKey} took longer than the ${limitMs} ms that API Gateway waits. The client gets 504, and the function goes on.`,
    );
    return gatewayError('INTEGRATION_TIMEOUT');
  }
  if ('failed' in invocation) return BAD_INTEGRATION;
  try {
    const reply = decode(readReply(invocation.returned), exchange, options);
    if ('type' in reply) return reply;
    return await options.compress(reply, exchange.req.headers['accept-encoding']);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    options.reporter.warning(
      `${functionKey} answered what API Gateway does not pass on: ${reason}. The client gets 502.`,
    );
    return BAD_INTEGRATION;
  }
}

function readEventBody(exchange: Exchange, body: Buffer, isBinary: IsBinary): EventBody {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  const isBase64Encoded = isBinary(exchange.req.headers['content-type']);
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

/** GW-808: base64 is decoded only when the client's `Accept` is among the API's binary media types. */
function decode(reply: ProxyReply, exchange: Exchange, options: IntegrationOptions): Reply | GatewayError {
  const isDecoded = reply.isBase64Encoded && options.isBinary(exchange.req.headers.accept);
  const { status, body } = reply;
  if (isDecoded && !BASE64.test(body)) {
    options.reporter.warning(
      'a function says isBase64Encoded, and its body is not base64. The client gets 500.',
    );
    return BAD_BASE64;
  }
  const headers = [...reply.headers, ['X-Amzn-Trace-Id', replyTraceId(exchange)] as const];
  return { status, headers, body: isDecoded ? Buffer.from(body, 'base64') : body };
}
