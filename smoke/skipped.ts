/** Ends a check that cannot be made here without harm, such as deleting everything of a user who has records. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}
