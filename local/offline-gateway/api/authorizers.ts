import { type Reporter, StartRefused } from '../report.ts';
import type { Settings } from '../settings.ts';
import { asList, findText, isRecord, type UnknownRecord } from '../values.ts';

/** Where an identity comes from: a header for TOKEN, any of these for REQUEST. */
export interface IdentitySource {
  readonly kind: 'header' | 'querystring' | 'context' | 'stageVariables';
  readonly name: string;
}

/** One `AWS::ApiGateway::Authorizer` as osls would deploy it: one per name, shared by every route that names it. */
export interface Authorizer {
  readonly name: string;
  readonly functionKey: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly sources: readonly IdentitySource[];
  readonly ttlMs: number;
  /** A8, A9: `identityValidationExpression`. */
  readonly accepts: (identity: string) => boolean;
}

/** Finds the authorizer of a route; undefined for an open route. */
export type FindAuthorizer = (definition: unknown) => Authorizer | undefined;

interface Definition {
  readonly name: string;
  readonly properties: UnknownRecord;
}

const DEFAULT_SOURCE = 'method.request.header.Authorization';
const DEFAULT_TTL_S = 300;
const MAXIMUM_TTL_S = 3600;

/**
 * A25–A27: reads every authorizer of the service. Kinds that cannot run here stop the start: a route they guard would
 * otherwise be open.
 *
 * @param definitions the `authorizer` members of all http events, in file order.
 */
export function readAuthorizers(
  definitions: readonly unknown[],
  context: {
    readonly hasFunction: (key: string) => boolean;
    readonly settings: Settings;
    readonly reporter: Reporter;
  },
): FindAuthorizer {
  const merged = new Map<string, UnknownRecord>();
  for (const given of definitions) {
    const { name, properties } = readDefinition(given);
    if (!context.hasFunction(name)) {
      throw new StartRefused(
        `the authorizer ${name} is not a function of this service, so it cannot run here.`,
      );
    }
    merged.set(name, mergeDefinitions(name, merged.get(name), properties, context.reporter));
  }
  const built = new Map([...merged].map(([name, properties]) => [name, build(name, properties, context)]));
  return (given) =>
    given === undefined || given === null ? undefined : built.get(readDefinition(given).name);
}

function readDefinition(given: unknown): Definition {
  if (typeof given === 'string') {
    if (given.toUpperCase() === 'AWS_IAM') refuse('AWS_IAM');
    if (given.includes(':')) refuse(given);
    return { name: given, properties: { identitySource: DEFAULT_SOURCE } };
  }
  if (!isRecord(given)) throw new StartRefused('an authorizer is neither a name nor an object.');
  const type = (findText(given['type']) ?? 'TOKEN').toUpperCase();
  const name = findText(given['name']);
  if (type !== 'TOKEN' && type !== 'REQUEST') refuse(type);
  if (given['authorizerId'] !== undefined) refuse('authorizerId');
  if (given['arn'] !== undefined || name === undefined) refuse('arn');
  return { name, properties: { ...given, type, ...readDefaults(given, type) } };
}

/** osls fills these in before it merges (validate.js getAuthorizer). */
function readDefaults(given: UnknownRecord, type: string): UnknownRecord {
  const seconds = Number.parseInt(String(given['resultTtlInSeconds']), 10);
  const resultTtlInSeconds = Number.isNaN(seconds) ? DEFAULT_TTL_S : seconds;
  const needsSource = !(type === 'REQUEST' && resultTtlInSeconds === 0);
  return {
    resultTtlInSeconds,
    identitySource: given['identitySource'] ?? (needsSource ? DEFAULT_SOURCE : undefined),
  };
}

function refuse(kind: string): never {
  throw new StartRefused(
    `an authorizer of kind ${kind} cannot run here, and the route must not stay open. Supported: a TOKEN or REQUEST authorizer that is a function of this service, by name.`,
  );
}

/** §5: settings of one name are merged, the last one defined wins. */
function mergeDefinitions(
  name: string,
  before: UnknownRecord | undefined,
  properties: UnknownRecord,
  reporter: Reporter,
): UnknownRecord {
  for (const key of ['resultTtlInSeconds', 'identitySource', 'identityValidationExpression', 'type']) {
    const [old, now] = [before?.[key], properties[key]];
    if (old !== undefined && now !== undefined && old !== now) {
      reporter.once(
        `${name} ${key}`,
        `the authorizer ${name} has two values of ${key}; AWS keeps one, the last: ${now}.`,
      );
    }
  }
  return {
    ...before,
    ...Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)),
  };
}

function build(
  name: string,
  properties: UnknownRecord,
  context: { readonly settings: Settings; readonly reporter: Reporter },
): Authorizer {
  const type = properties['type'] === 'REQUEST' ? 'REQUEST' : 'TOKEN';
  const ttl = Number(properties['resultTtlInSeconds'] ?? DEFAULT_TTL_S);
  if (ttl < 0 || ttl > MAXIMUM_TTL_S) {
    throw new StartRefused(
      `resultTtlInSeconds of the authorizer ${name} must be from 0 to ${MAXIMUM_TTL_S}.`,
    );
  }
  const expression = findText(properties['identityValidationExpression']);
  return {
    name,
    functionKey: name,
    type,
    sources: readSources(name, type, properties['identitySource']),
    ttlMs: ttl * 1000,
    accepts: expression && type === 'TOKEN' ? readExpression(name, expression, context) : () => true,
  };
}

function readSources(name: string, type: Authorizer['type'], written: unknown): readonly IdentitySource[] {
  const parts = asList(written).flatMap((part) =>
    String(part)
      .split(',')
      .map((one) => one.trim()),
  );
  const sources = parts.filter((part) => part !== '').map((part) => requireSource(name, part));
  if (type === 'TOKEN' && (sources.length !== 1 || sources[0]?.kind !== 'header')) {
    throw new StartRefused(
      `identitySource of the TOKEN authorizer ${name} must be one method.request.header.NAME.`,
    );
  }
  return sources;
}

function requireSource(name: string, written: string): IdentitySource {
  const found = /^(?:method\.request\.(header|querystring)|(context|stageVariables))\.([\w.-]+)$/.exec(
    written,
  );
  const kind = found?.[1] ?? found?.[2];
  if (!found?.[3] || !isKind(kind)) {
    throw new StartRefused(
      `the authorizer ${name} has the identitySource ${written}, which API Gateway does not accept.`,
    );
  }
  return { kind, name: found[3] };
}

function isKind(kind: string | undefined): kind is IdentitySource['kind'] {
  return kind === 'header' || kind === 'querystring' || kind === 'context' || kind === 'stageVariables';
}

/** A Java expression that JavaScript reads the same way, or a sentence. */
function readExpression(
  name: string,
  written: string,
  { settings, reporter }: { readonly settings: Settings; readonly reporter: Reporter },
): Authorizer['accepts'] {
  const ignoresCase = written.startsWith('(?i)');
  const source = ignoresCase ? written.slice(4) : written;
  const flags = ignoresCase ? 'i' : '';
  try {
    const [full, partial] = [new RegExp(`^(?:${source})$`, flags), new RegExp(source, flags)];
    return (identity) => {
      const [isFull, isPartial] = [full.test(identity), partial.test(identity)];
      if (isFull !== isPartial) reporter.once(`${name} expression`, unclearMatch(name, settings.regexMatch));
      return settings.regexMatch === 'full' ? isFull : isPartial;
    };
  } catch {
    throw new StartRefused(
      `identityValidationExpression of ${name} is not an expression this emulation can read.`,
    );
  }
}

function unclearMatch(name: string, regexMatch: string): string {
  return `identityValidationExpression of ${name} matches only a part of a header. AWS seems to want the whole (not confirmed); custom.offlineGateway.regexMatch is ${regexMatch}. Write the expression so that it does not matter.`;
}
