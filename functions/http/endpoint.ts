import type { NonEmptyList } from '../../common/env.ts';
import type { Identity } from '../../common/identity.ts';
import type { Log } from '../../common/log.ts';
import type { FunctionName } from './contract.ts';
import type { AuthOf, operations } from './generated/types.ts';
import type { RateLimit } from './rate-limit.ts';

type CallerOf<Name extends FunctionName> = {
  required: Identity;
  optional: Identity | undefined;
  none: undefined;
}[AuthOf[Name]];

type BodyOf<Name extends FunctionName> = operations[Name] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : undefined;

type QueryOf<Name extends FunctionName> = operations[Name] extends { parameters: { query: infer Query } }
  ? Query
  : operations[Name] extends { parameters: { query?: infer Query } }
    ? NonNullable<Query>
    : undefined;

/** What an endpoint gets to see: parsed, and valid as far as openapi.yml can say it. */
export interface ApiRequest<Name extends FunctionName = FunctionName> {
  /** Who is calling. There always is one unless the operation lets anybody in. */
  readonly caller: CallerOf<Name>;
  readonly body: BodyOf<Name>;
  readonly query: QueryOf<Name>;
  /** As API Gateway decoded them; nothing is checked yet. */
  readonly path: Readonly<Record<string, string | undefined>>;
  /** All values of a header joined by commas. The case of its name does not matter. */
  readonly header: (name: string) => string | undefined;
  /** Where the client reached the API, without a trailing slash: scheme, host, and stage or base path if any. */
  readonly baseUrl: string;
  /** Milliseconds since the epoch after which nothing new should be begun, so that the reply still leaves in time. */
  readonly deadlineMs: number;
  /** Aborted when the reply has left without the endpoint's: work that goes on would run inside a later request. */
  readonly signal: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written as JSON. Neither it nor `text` makes a reply without a body. */
  readonly body?: unknown;
  /** Sent unchanged. Its media type is in the headers. */
  readonly text?: string;
}

/** An operation as a plain function, which knows nothing of Lambda. */
export type Endpoint<Name extends FunctionName, Services> = (
  request: ApiRequest<Name>,
  services: Services,
) => Promise<Reply>;

/** What the stack itself needs for every endpoint. */
export interface ApiServices {
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The origins whose pages may read replies, or only `*`. */
  readonly corsAllowedOrigins: NonEmptyList;
  /** How often a caller may call; `undefined` when nothing is counted. */
  readonly rateLimit: RateLimit | undefined;
  /** Whether callers without a verified e-mail address are refused. */
  readonly requireVerifiedEmail: boolean;
}

/** What the stack needs for an operation that a caller may use without being known. */
export interface OptionalCallerServices extends ApiServices {
  /** @returns `undefined` without a token or with one that is not valid. Throws when that cannot be decided. */
  readonly findCaller: (authorization: string | undefined) => Promise<Identity | undefined>;
}
