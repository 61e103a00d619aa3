import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorize } from '../authorizer/authorize.ts';
import { type Api, type Exchange, openExchange } from '../exchange/exchange.ts';
import type { Functions } from '../functions/functions.ts';
import type { Compress } from '../proxy/compress.ts';
import type { IsBinary } from '../proxy/media-types.ts';
import { findInvalid, type ValidateSchema } from '../proxy/validate.ts';
import type { Reporter } from '../report.ts';
import { type RenderedResponse, renderGatewayError } from '../responses/render.ts';
import type { Customizations } from '../responses/resources.ts';
import { referenceScope } from '../responses/scope.ts';
import { type GatewayError, gatewayError } from '../responses/types.ts';
import type { CorsMethod } from '../service/cors.ts';
import type { ProxyTarget, Target } from '../service/rest-api.ts';
import type { Router } from '../service/router.ts';
import type { HasApiKey } from './api-keys.ts';
import { readBody, warnOfLargeHeaders } from './body.ts';
import { answerFlush, type Flush } from './flush.ts';
import { integrate } from './integrate.ts';
import type { AddRestartHint } from './restart-hint.ts';
import { send } from './send.ts';

/** Everything the pipeline needs, built once at start. */
export interface PipelineOptions {
  readonly api: Api;
  readonly router: Router<Target>;
  readonly authorize: Authorize;
  readonly hasApiKey: HasApiKey;
  readonly validateSchema: ValidateSchema;
  readonly isBinary: IsBinary;
  readonly compress: Compress;
  readonly invoke: Functions['invoke'];
  readonly customizations: Customizations;
  readonly integrationTimeoutMs: number;
  readonly flush: Flush;
  readonly addRestartHint: AddRestartHint;
  readonly reporter: Reporter;
  /** One line per request, as serverless-offline prints. */
  readonly log: (line: string) => void;
}

/** The raw request and response, and whether serverless-offline has a route of its own for it. */
interface Incoming {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly isForeign: (method: string, path: string) => boolean;
}

/** @returns false when the request is not for the REST API's proxy methods and hapi should go on with it. */
export type Handle = (incoming: Incoming) => Promise<boolean>;

/** GW-902: routing → authorizer → API key → request validation → integration, each refusal a gateway response. */
export function makeGateway(options: PipelineOptions): Handle {
  return async (incoming) => {
    const exchange = openExchange(incoming.req, options.api);
    try {
      return await answer(exchange, incoming, options);
    } catch (error) {
      options.reporter.warning(
        `answering ${exchange.method} ${exchange.contextPath} failed: ${String(error)}`,
      );
      refuse(exchange, incoming.res, gatewayError('API_CONFIGURATION_ERROR'), options);
      return true;
    }
  };
}

async function answer(exchange: Exchange, incoming: Incoming, options: PipelineOptions): Promise<boolean> {
  warnOfLargeHeaders(exchange, options.reporter);
  const match = exchange.path === '' ? undefined : options.router.find(exchange.method, exchange.path);
  if (!match) return answerUnknown(exchange, incoming, options);
  const { target } = match;
  if (target.kind === 'stock') return false;
  exchange.route = match;
  if (target.kind === 'cors') answerPreflight(exchange, incoming.res, target.cors);
  else await answerProxy(exchange, incoming.res, target, options);
  return true;
}

/** GW-901: an unknown path or method never reaches an authorizer. */
function answerUnknown(exchange: Exchange, incoming: Incoming, options: PipelineOptions): boolean {
  if (incoming.isForeign(exchange.method, exchange.contextPath)) return false;
  if (answerFlush(exchange, incoming.res, options.flush)) return true;
  const error = gatewayError('MISSING_AUTHENTICATION_TOKEN');
  send(exchange, incoming.res, options.addRestartHint(renderRefusal(exchange, error, options)));
  return true;
}

/** GW-909: the MOCK method's static headers, the same for every request. */
function answerPreflight(exchange: Exchange, res: ServerResponse, { headers, origins }: CorsMethod): void {
  const origin = exchange.req.headers.origin;
  const isListed = origin !== undefined && origins.some((pattern) => pattern.test(origin));
  const lines = headers.map(([name, value]) => {
    return [name, isListed && name === 'Access-Control-Allow-Origin' ? origin : value] as const;
  });
  send(exchange, res, { status: 200, headers: [['Content-Type', 'application/json'], ...lines], body: '' });
}

async function answerProxy(
  exchange: Exchange,
  res: ServerResponse,
  target: ProxyTarget,
  options: PipelineOptions,
): Promise<void> {
  options.log(`${exchange.method} ${exchange.contextPath} (λ: ${target.functionKey})`);
  let usageIdentifierKey: string | undefined;
  if (target.authorizer) {
    const decision = await options.authorize(target.authorizer, exchange);
    if (!decision.allowed) {
      refuse(exchange, res, decision.error, options);
      return decision.afterwards?.();
    }
    usageIdentifierKey = decision.usageIdentifierKey;
  }
  if (target.needsApiKey && !options.hasApiKey(exchange, usageIdentifierKey)) {
    return refuse(exchange, res, gatewayError('INVALID_API_KEY'), options);
  }
  const body = await readBody(exchange.req, res);
  if (body === 'gone') return;
  if (body === 'too large') return refuse(exchange, res, gatewayError('REQUEST_TOO_LARGE'), options);
  const { rules } = target;
  const invalid = findInvalid(exchange, rules, {
    body: body.toString(),
    validateSchema: options.validateSchema,
  });
  if (invalid) return refuse(exchange, res, invalid, options);
  const outcome = await integrate(exchange, target, body, options);
  if ('type' in outcome) return refuse(exchange, res, outcome, options);
  send(exchange, res, outcome);
}

function refuse(
  exchange: Exchange,
  res: ServerResponse,
  error: GatewayError,
  options: PipelineOptions,
): void {
  send(exchange, res, renderRefusal(exchange, error, options));
}

function renderRefusal(exchange: Exchange, error: GatewayError, options: PipelineOptions): RenderedResponse {
  const scope = referenceScope(exchange, error);
  return renderGatewayError(error, options.customizations, { scope, reporter: options.reporter });
}
