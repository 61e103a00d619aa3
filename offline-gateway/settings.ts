import { StartRefused } from './report.ts';
import { isRecord, type UnknownRecord } from './values.ts';

/** `custom.offlineGateway` in serverless.yml. Each default is the likelier AWS behaviour where AWS does not say. */
export interface Settings {
  /** True: an authorizer answer without `principalId` is a 500, as the AWS page says. False: accepted with a warning, as observed. */
  readonly strictPrincipalId: boolean;
  /** Whether `identityValidationExpression` must match the whole header (Java `matches`) or any part of it. */
  readonly regexMatch: 'full' | 'search';
  /** True: the path in methodArn is the one on the wire. False: percent-decoded and without a trailing slash. */
  readonly rawPathInMethodArn: boolean;
  /** True: values inserted in gateway-response templates are JSON-escaped. False: raw, with a report of invalid JSON. */
  readonly escapeTemplateValues: boolean;
  /** REST's 29 s, for events without `timeoutInMillis`. */
  readonly integrationTimeoutMs: number;
  /** How long the gateway waits for an authorizer. AWS does not publish a REST figure. */
  readonly authorizerTimeoutMs: number;
  /** Bound of the authorizer result cache; the oldest entry goes first. */
  readonly maximumCachedResults: number;
  /** `DELETE` on this path, from loopback, empties the authorizer result cache. */
  readonly flushPath: string;
  /** Twelve digits in methodArn and requestContext. */
  readonly accountId: string;
  /** Ten characters in methodArn and requestContext; made from service and stage when unset. */
  readonly apiId: string | undefined;
  /** Most resources of one API. AWS allows 300 unless the quota of the account is raised. */
  readonly maximumResources: number;
  readonly stageVariables: Readonly<Record<string, string>> | null;
}

const DEFAULTS: Settings = {
  strictPrincipalId: false,
  regexMatch: 'full',
  rawPathInMethodArn: true,
  escapeTemplateValues: false,
  integrationTimeoutMs: 29_000,
  authorizerTimeoutMs: 30_000,
  maximumCachedResults: 10_000,
  flushPath: '/_offline-gateway/authorizer-cache',
  accountId: '123456789012',
  apiId: undefined,
  maximumResources: 300,
  stageVariables: null,
};

/** The values that options take, in words and as a check. */
type Values = readonly [words: string, accepts: (value: unknown) => boolean];

const FLAG: Values = ['true or false', (value) => typeof value === 'boolean'];
const POSITIVE: Values = [
  'a whole number above 0',
  (value) => Number.isSafeInteger(value) && Number(value) > 0,
];
const textLike = (words: string, pattern: RegExp): Values => [
  words,
  (value) => typeof value === 'string' && pattern.test(value),
];

const TAKES: Readonly<Record<keyof Settings, Values>> = {
  strictPrincipalId: FLAG,
  regexMatch: textLike('full or search', /^(full|search)$/),
  rawPathInMethodArn: FLAG,
  escapeTemplateValues: FLAG,
  integrationTimeoutMs: POSITIVE,
  authorizerTimeoutMs: POSITIVE,
  maximumCachedResults: POSITIVE,
  flushPath: textLike('a path that begins with a slash', /^\//),
  accountId: textLike('a text of twelve digits', /^\d{12}$/),
  apiId: textLike('ten lower-case letters or digits', /^[a-z0-9]{10}$/),
  maximumResources: POSITIVE,
  stageVariables: [
    'an object whose values are text',
    (value) => isRecord(value) && Object.values(value).every((entry) => typeof entry === 'string'),
  ],
};

/** @throws {StartRefused} for an option that does not exist, or with a value that it does not take. */
export function readSettings(custom: unknown): Settings {
  const given: UnknownRecord = isRecord(custom) ? custom : {};
  for (const [name, value] of Object.entries(given)) {
    if (!isSetting(name)) {
      throw new StartRefused(
        `custom.offlineGateway.${name} is not an option. The options are ${Object.keys(DEFAULTS).join(', ')}.`,
      );
    }
    const [words, accepts] = TAKES[name];
    if (!accepts(value)) throw new StartRefused(`custom.offlineGateway.${name} must be ${words}.`);
  }
  return { ...DEFAULTS, ...given };
}

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(DEFAULTS, name);
}
