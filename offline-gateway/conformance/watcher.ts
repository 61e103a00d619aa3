/** Follows a comparison that takes minutes. */
export interface Watcher {
  /** The next of the steps begins. */
  readonly next: () => void;
  readonly print: (text: string) => void;
}
