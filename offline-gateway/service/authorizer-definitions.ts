import { type Reporter, StartRefused } from '../report.ts';
import type { Settings } from '../settings.ts';
import { findText, isRecord, type UnknownRecord } from '../values.ts';
import { type Authorizer, buildAuthorizer, DEFAULT_TTL_S } from './authorizer-definition.ts';

/** Finds the authorizer of a route; undefined for an open route. */
export type FindAuthorizer = (definition: unknown, route: string) => Authorizer | undefined;

interface Definition {
  readonly name: string;
  readonly properties: UnknownRecord;
}

/** How to start in spite of it. */
export const NO_AUTH_HINT =
  'To start without any authorizer, use --noAuth. To keep the route guarded, name a function of this service that stands in for it locally.';

const DEFAULT_SOURCE = 'method.request.header.Authorization';

/**
 * GW-206, GW-1003: reads every authorizer of the service. Kinds that cannot run here stop the start: a route they guard would
 * otherwise be open.
 *
 * @param definitions the `authorizer` members of all http events, in file order, and the routes they stand at.
 */
export function readAuthorizers(
  definitions: readonly { readonly given: unknown; readonly route: string }[],
  context: {
    readonly hasFunction: (key: string) => boolean;
    readonly settings: Settings;
    readonly reporter: Reporter;
  },
): FindAuthorizer {
  const merged = new Map<string, UnknownRecord>();
  for (const { given, route } of definitions) {
    const { name, properties } = readDefinition(given, route);
    if (!context.hasFunction(name)) {
      throw new StartRefused(
        `${route}: the authorizer ${name} is not a function of this service, so it cannot run here. ${NO_AUTH_HINT}`,
      );
    }
    merged.set(name, mergeDefinitions(name, merged.get(name), properties, context.reporter));
  }
  const built = new Map(
    [...merged].map(([name, properties]) => [name, buildAuthorizer(name, properties, context)]),
  );
  return (given, route) => {
    if (given === undefined || given === null) return undefined;
    const authorizer = built.get(readDefinition(given, route).name);
    // Cannot happen while both read the same events; if it did, the route would be open.
    if (!authorizer) throw new StartRefused(`${route}: its authorizer was not read.`);
    return authorizer;
  };
}

function readDefinition(given: unknown, route: string): Definition {
  const refuse = (kind: string): never => refuseKind(kind, route);
  if (typeof given === 'string') {
    if (given.toUpperCase() === 'AWS_IAM') return refuse('AWS_IAM');
    if (given.includes(':')) return refuse(given);
    return { name: given, properties: { identitySource: DEFAULT_SOURCE } };
  }
  if (!isRecord(given)) throw new StartRefused(`${route}: its authorizer is neither a name nor an object.`);
  const type = (findText(given['type']) ?? 'TOKEN').toUpperCase();
  const name = findText(given['name']);
  if (type !== 'TOKEN' && type !== 'REQUEST') return refuse(type);
  if (given['authorizerId'] !== undefined) return refuse('authorizerId');
  if (given['arn'] !== undefined || name === undefined) return refuse('arn');
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

function refuseKind(kind: string, route: string): never {
  throw new StartRefused(
    `${route}: an authorizer of kind ${kind} cannot run here, and its route must not stay open. Supported: a TOKEN or REQUEST authorizer that is a function of this service, by name. ${NO_AUTH_HINT}`,
  );
}

/** GW-507: settings of one name are merged, the last one defined wins. */
function mergeDefinitions(
  name: string,
  before: UnknownRecord | undefined,
  properties: UnknownRecord,
  reporter: Reporter,
): UnknownRecord {
  for (const key of ['resultTtlInSeconds', 'identitySource', 'identityValidationExpression', 'type']) {
    const [old, now] = [before?.[key], properties[key]];
    if (old !== undefined && now !== undefined && String(old) !== String(now)) {
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
