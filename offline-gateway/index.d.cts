/** The plugin, as the framework loads it from `plugins:` in serverless.yml. */
declare class OfflineGateway {
  constructor(serverless: object, options: object, utils: { readonly log: object });
  /** What the framework calls for `serverless offline` and `serverless offline start`. */
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;
}

export = OfflineGateway;
