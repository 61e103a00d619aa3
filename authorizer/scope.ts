import { AppError } from '../common/app-error.ts';
import type { Identity } from '../common/identity.ts';

/** The token is a client's, and the user did not allow the client to do this. */
export class InsufficientScope extends AppError {
  override readonly code = 'insufficient_scope';
  override readonly kind = 'forbidden';
  /** The scope to ask for. */
  readonly scope: string;
  constructor(scope: string) {
    super('The token has no scope for this request.');
    this.scope = scope;
  }
}

/** A client may do what its scopes say, a user in a session of their own everything. No scope holds another one. */
export function allows({ clientId, scope }: Pick<Identity, 'clientId' | 'scope'>, wanted: string): boolean {
  if (clientId === undefined && scope === undefined) return true;
  return scope?.split(' ').includes(wanted) ?? false;
}

/** @throws {InsufficientScope} when the token is a client's and has another scope. */
export function requireScope(caller: Pick<Identity, 'clientId' | 'scope'>, scope: string): void {
  if (!allows(caller, scope)) throw new InsufficientScope(scope);
}
