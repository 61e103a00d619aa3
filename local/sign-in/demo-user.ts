import { createHash } from 'node:crypto';

/** The user whom the banner and `npm run token` sign in when no user is named. Exists on this machine only. */
export const DEMO_USER = { email: 'demo@example.com', password: 'demo-password' } as const;

/**
 * The user id of an address, always the same. A restart forgets all users, and a user who signs up again keeps their
 * tasks. Different addresses have different ids. 32 characters, as long as Better Auth's own ids.
 *
 * @param email in any case: Better Auth treats `A@b.c` and `a@b.c` as one user, and so does this function.
 */
export function userIdOf(email: string): string {
  return createHash('sha256').update(`local user ${email.toLowerCase()}`).digest('hex').slice(0, 32);
}
