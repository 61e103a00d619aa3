import type { SCOPES } from './generated/scopes.ts';
import type { AuthOf } from './generated/types.ts';

/** The name of a Lambda function, which is the `operationId` of what it serves. */
export type FunctionName = keyof AuthOf;

/** One fault as ajv reports it. */
export interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks `data`, fills in defaults, and leaves the faults in `errors` until the next call. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly SchemaFault[] | null;
}

/** What a client may be allowed to do. */
export type Scope = (typeof SCOPES)[number];

/** Whether there must, may or cannot be a caller. Where there must be one, a client needs the scope. */
type Access =
  | { readonly auth: 'required'; readonly scope: Scope }
  | { readonly auth: 'optional' | 'none'; readonly scope?: never };

/** What openapi.yml promises about a function, as far as it is carried out before the endpoint is called. */
export type Contract = Access & {
  readonly operation: FunctionName;
  /** Path template without stage or base path, such as `/api/tasks/{taskId}`. */
  readonly path: string;
  /** Whether the path also answers with a slash at its end. */
  readonly trailingSlash?: boolean;
  readonly body?: {
    /** By HTTP method in capitals. */
    readonly mediaTypes: Readonly<Record<string, readonly string[]>>;
    readonly validate: Validate;
  };
  readonly query?: {
    readonly types: Readonly<Record<string, string>>;
    /** Whether an unknown parameter is refused, because it may be a mistyped one on a request that changes data. */
    readonly closed: boolean;
    readonly validate: Validate;
  };
};
