import { ASSUMPTIONS, type Assumptions, lambdaCost } from './model.ts';
import { PRICES } from './prices.ts';

/** Requests by which somebody spends the money of others, for an hour. */
export interface Flood {
  /** Requests a second that API Gateway lets through. */
  readonly perSecond: number;
  /** Of these, calls of a function; the rest is refused before. */
  readonly callsPerSecond: number;
  readonly memoryGb: number;
  /** One call, in milliseconds. */
  readonly callMs: number;
  /** Body of the reply, as it goes over the wire. */
  readonly bytes: number;
  /** What one call adds to the log, in addition to the line of the API. */
  readonly callLogBytes: number;
  /** Whether API Gateway asks for its price: not for calls whose authorization fails. */
  readonly isCharged: boolean;
}

/** Dollars an hour, part by part. */
export interface FloodCost {
  readonly gateway: number;
  readonly lambda: number;
  readonly observability: number;
  readonly transfer: number;
}

const MILLION = 1e6;
const GB = 1e9;
const HOUR_S = 3600;
/** Line of the API for one request; ASSUMPTIONS has it together with the function's. */
const ACCESS_LOG_BYTES = 500;

/** What an hour of it costs the owner of the stage. */
export function floodCost(flood: Flood, given: Assumptions = ASSUMPTIONS): FloodCost {
  const requests = (flood.perSecond * HOUR_S) / MILLION;
  const calls = (flood.callsPerSecond * HOUR_S) / MILLION;
  const logGb = (MILLION * (requests * ACCESS_LOG_BYTES + calls * flood.callLogBytes)) / GB;
  // A steady flood meets instances that are there already.
  const steady = { ...given, coldStarts: 0 };
  return {
    gateway: flood.isCharged ? requests * PRICES.gatewayTiers[0].price : 0,
    lambda: calls * lambdaCost(flood.callMs, flood.memoryGb, steady),
    observability: logGb * PRICES.logs + requests * given.traced * PRICES.traces,
    transfer: (requests * MILLION * (flood.bytes + given.overheadBytes) * PRICES.transfer) / GB,
  };
}

/** The settings of prod in serverless.yml. */
const STAGE_PER_SECOND = 500;
const DOCS_PER_SECOND = 2;
/** Sizes of the generated page and contract, and of what gzip makes of them. */
const PAGE = { bytes: 650_921, gzipBytes: 490_018 };
const CONTRACT = { bytes: 53_520, gzipBytes: 8_148 };

const docs = { memoryGb: 0.25, callMs: 10, callLogBytes: 600, isCharged: true };
/** A refusal: the reply of ACCESS_DENIED, and no charge of API Gateway's. */
const tokens = {
  perSecond: STAGE_PER_SECOND,
  memoryGb: 0.5,
  callMs: 1,
  bytes: 250,
  callLogBytes: ASSUMPTIONS.authorizerLogBytes,
};

const atOnce = (perSecond: number) => ({ perSecond, callsPerSecond: perSecond });

export const FLOODS: readonly (readonly [name: string, flood: Flood])[] = [
  [
    '`/docs` at the limit of the stage, as plain text',
    { ...docs, ...atOnce(STAGE_PER_SECOND), bytes: PAGE.bytes },
  ],
  ['`/docs` at its own limit, as plain text', { ...docs, ...atOnce(DOCS_PER_SECOND), bytes: PAGE.bytes }],
  ['`/docs` at its own limit, compressed', { ...docs, ...atOnce(DOCS_PER_SECOND), bytes: PAGE.gzipBytes }],
  [
    '`/openapi.json` at the limit of the stage, as plain text',
    { ...docs, ...atOnce(STAGE_PER_SECOND), bytes: CONTRACT.bytes },
  ],
  [
    '`/openapi.json` at its own limit, as plain text',
    { ...docs, ...atOnce(DOCS_PER_SECOND), bytes: CONTRACT.bytes },
  ],
  ['random tokens', { ...tokens, callsPerSecond: STAGE_PER_SECOND, isCharged: false }],
  ['random tokens, `authorizerConcurrency` 10', { ...tokens, callsPerSecond: 100, isCharged: false }],
  [
    'the same, if API Gateway charges for what it could not ask',
    { ...tokens, perSecond: STAGE_PER_SECOND, callsPerSecond: 100, isCharged: true },
  ],
];
