import type { Benchmark } from '../support/measure/result.ts';
import { authorizerDecision } from './authorizer-decision.ts';
import { bothModes } from './both-modes.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { coldStartParts } from './cold-start-parts.ts';
import { coldStarts } from './cold-starts.ts';
import { fastapiComparison } from './fastapi-comparison.ts';
import { firstResponse } from './first-response.ts';
import { gatewayLatency } from './gateway-latency.ts';
import { keySetDecision } from './key-set-decision.ts';
import { keySetStart } from './key-set-start.ts';
import { listScaling } from './list-scaling.ts';
import { refusals } from './refusals.ts';
import { runtimeColdStart } from './runtime-cold-start.ts';
import { warmRequest } from './warm-request.ts';

/** In the order of the table. */
export const BENCHMARKS: readonly Benchmark[] = [
  authorizerDecision,
  refusals,
  keySetDecision,
  coldStarts,
  coldStartParts,
  bothModes,
  keySetStart,
  bundleSizes,
  warmRequest,
  listScaling,
  gatewayLatency,
  fastapiComparison,
  firstResponse,
  runtimeColdStart,
];
