import type { RequestLocation } from '../responses/references.ts';
import { findText, isRecord, type UnknownRecord } from '../values.ts';

/** What the request validator of a method asks for (GW-910). */
export interface RequestRules {
  readonly required: readonly { readonly location: RequestLocation; readonly name: string }[];
  /** JSON schema by media type. */
  readonly schemas: Readonly<Record<string, UnknownRecord>>;
}

const LOCATIONS: readonly (readonly [member: string, location: RequestLocation])[] = [
  ['headers', 'header'],
  ['paths', 'path'],
  ['querystrings', 'querystring'],
];

/**
 * Reads `request` of an http event the way osls' request-validator.js does.
 *
 * @param apiGateway `provider.apiGateway`, whose `request.schemas` events may name.
 */
export function readRules(request: unknown, apiGateway: UnknownRecord | undefined): RequestRules {
  if (!isRecord(request)) return { required: [], schemas: {} };
  const parameters = isRecord(request['parameters']) ? request['parameters'] : {};
  const required = LOCATIONS.flatMap(([member, location]) =>
    Object.entries(isRecord(parameters[member]) ? parameters[member] : {})
      .filter(([, rule]) => (isRecord(rule) ? rule['required'] !== false : Boolean(rule)))
      .map(([name]) => ({ location, name })),
  );
  const given = request['schemas'] ?? request['schema'];
  const schemas = Object.entries(isRecord(given) ? given : {}).map(([type, schema]) => [
    type,
    findSchema(schema, apiGateway),
  ]);
  return { required, schemas: Object.fromEntries(schemas.filter(([, schema]) => schema !== undefined)) };
}

/** A schema, an object that wraps one, or the name of one under `provider.apiGateway.request.schemas`. */
function findSchema(given: unknown, apiGateway: UnknownRecord | undefined): UnknownRecord | undefined {
  const name = findText(given);
  const shared = isRecord(apiGateway?.['request']) ? apiGateway['request']['schemas'] : undefined;
  const found = name !== undefined && isRecord(shared) ? shared[name] : given;
  if (!isRecord(found)) return undefined;
  return isRecord(found['schema']) ? found['schema'] : found;
}
