import { AppError } from '../../common/app-error.ts';
import type { Identity } from '../../common/identity.ts';
import type { Scope } from './contract.ts';

/** The token is a client's, and the user did not allow the client to do this. */
class InsufficientScope extends AppError {
  override readonly code = 'insufficient_scope';
  override readonly kind = 'forbidden';
  /** The scope to ask for. */
  readonly scope: Scope;
  constructor(scope: Scope) {
    super('The token has no scope for this request.');
    this.scope = scope;
  }
}

/** A client may do what its scopes say, a user in a session of their own everything. No scope holds another one. */
function allows({ clientId, scope }: Identity, wanted: Scope): boolean {
  if (clientId === undefined && scope === undefined) return true;
  return (scope ?? '').split(' ').includes(wanted);
}

/** @throws {InsufficientScope} */
export function requireScope(caller: Identity, scope: Scope): void {
  if (!allows(caller, scope)) throw new InsufficientScope(scope);
}

/** What a route that needs no caller may show of one: the address with the scope `email`, the name with `profile`. */
export function withinScopes({ email, emailVerified, name, ...caller }: Identity): Identity {
  return {
    ...caller,
    ...(allows(caller, 'email') && {
      ...(email !== undefined && { email }),
      ...(emailVerified !== undefined && { emailVerified }),
    }),
    ...(name !== undefined && allows(caller, 'profile') && { name }),
  };
}
