import type { APIGatewayProxyEvent } from 'aws-lambda';
import { AppError } from '../../common/app-error.ts';
import type { Identity } from '../../common/identity.ts';
import type { CountRequest, Subject } from '../domain/request-counter.ts';
import type { Contract } from './contract.ts';
import type { ErrorCode } from './generated/error-codes.ts';

const WINDOW_S = 60;
/** How long after its window a count is kept, in seconds: longer than clocks differ. */
const KEPT_S = 60;

/** How many requests one caller may make per minute. */
export interface RateLimit {
  readonly perMinute: number;
  readonly count: CountRequest;
}

/** The caller has used up the requests of this window. */
class TooManyRequests extends AppError {
  override readonly code = 'too_many_requests' satisfies ErrorCode;
  override readonly kind = 'rate_limited';
  /** Seconds until the next window. */
  readonly retryAfterS: number;
  constructor(retryAfterS: number) {
    super('Too many requests. Try again in a moment.');
    this.retryAfterS = retryAfterS;
  }
}

/** The names and the form of draft-ietf-httpapi-ratelimit-headers-10. */
export type RateHeaders = Readonly<Record<'RateLimit' | 'RateLimit-Policy', string>>;

export interface Counted {
  /** For every reply. */
  readonly headers: RateHeaders;
  /** Why the request is refused, if it is. */
  readonly refusal: AppError | undefined;
}

/** Counts a request in the current window, which begins with the minute of the clock; nothing when nothing is limited. */
export async function countRequest(
  { rateLimit, now }: { rateLimit: RateLimit | undefined; now: () => number },
  subject: Subject | undefined,
): Promise<Counted | undefined> {
  if (rateLimit === undefined || subject === undefined) return undefined;
  const { perMinute, count } = rateLimit;
  const nowS = Math.floor(now() / 1000);
  const windowStartS = nowS - (nowS % WINDOW_S);
  const leftS = windowStartS + WINDOW_S - nowS;
  const expiresAtS = windowStartS + WINDOW_S + KEPT_S;
  const used = await count({ subject, windowStartS, expiresAtS, limit: perMinute });
  return {
    headers: {
      'RateLimit-Policy': `"default";q=${perMinute};w=${WINDOW_S}`,
      RateLimit: `"default";r=${used === undefined ? 0 : perMinute - used};t=${leftS}`,
    },
    refusal: used === undefined ? new TooManyRequests(leftS) : undefined,
  };
}

/** A verified caller is one subject wherever they are; those who are not known, and need not be, are one per address. */
export function subjectOf(
  contract: Contract,
  event: APIGatewayProxyEvent,
  caller: Identity | undefined,
): Subject | undefined {
  if (contract.auth === 'none') return undefined;
  if (caller !== undefined) return { userId: caller.userId };
  return { address: event.requestContext.identity.sourceIp };
}
