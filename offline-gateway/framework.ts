/** The part of Serverless' own service object that the plugin reads. */
export interface Serverless {
  readonly serviceDir: string;
  readonly service: {
    readonly service: string;
    readonly provider: {
      readonly region?: string;
      readonly stage?: string;
      readonly timeout?: number;
      readonly runtime?: string;
      readonly environment?: Readonly<Record<string, unknown>>;
      apiGateway?: Readonly<Record<string, unknown>>;
    };
    custom?: Record<string, unknown>;
    readonly resources?: { readonly Resources?: unknown; readonly Parameters?: unknown };
    readonly getAllFunctions: () => readonly string[];
    readonly getFunction: (key: string) => FunctionDefinition;
  };
}

export interface FunctionDefinition {
  readonly name?: string;
  readonly handler?: string;
  readonly runtime?: string;
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly timeout?: number;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
}

/** The options of serverless-offline that matter here, with those of the command line. */
export interface OfflineOptions {
  readonly host?: string;
  readonly httpPort?: number | string;
  readonly stage?: string;
  readonly prefix?: string;
  readonly noPrependStageInUrl?: boolean;
  readonly noAuth?: boolean;
  readonly noTimeout?: boolean;
  readonly useInProcess?: boolean;
  /** Folder of the bundles, below the service's: serverless-esbuild sets it. */
  readonly location?: string;
  readonly httpsProtocol?: string;
  /** Seconds. */
  readonly terminateIdleLambdaTime?: number;
}
