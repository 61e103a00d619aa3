import { allows, type Identity } from '../../authorizer/index.ts';

export { requireScope } from '../../authorizer/index.ts';

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
