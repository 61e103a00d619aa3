import { type Reporter, StartRefused } from '../report.ts';
import type { Settings } from '../settings.ts';
import { asList, findText, type UnknownRecord } from '../values.ts';

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
  /** GW-203, GW-204: `identityValidationExpression`. */
  readonly accepts: (identity: string) => boolean;
}

export const DEFAULT_TTL_S = 300;
const MAXIMUM_TTL_S = 3600;

/** @throws {StartRefused} for a setting API Gateway would not accept. */
export function buildAuthorizer(
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
