import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { Resource, Template } from './packaged.ts';

type Database = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type Properties = ReturnType<typeof schemaOf>['properties'];
type PropertyType = Properties[string]['type'];

/** Where a value is wrong and how, such as `TasksTable.BilingMode: unknown property`. */
export type Fault = string;

/** The schemas of every CloudFormation resource, as AWS publishes them and the CDK uses them. */
export const loadSchemas = loadAwsServiceSpec;

/** Everything in the template that CloudFormation's own resource schemas do not know. */
export function schemaFaults(database: Database, { Resources }: Template): Fault[] {
  return Object.entries(Resources).flatMap(([id, resource]) => resourceFaults(database, id, resource));
}

function schemaOf(database: Database, type: string) {
  return database.lookup('resource', 'cloudFormationType', 'equals', type).only();
}

function resourceFaults(database: Database, id: string, { Type, Properties = {} }: Resource): Fault[] {
  const known = database.lookup('resource', 'cloudFormationType', 'equals', Type);
  if (known.length !== 1) return [`${id}: unknown type ${Type}`];
  return objectFaults({ database, path: id }, Properties, schemaOf(database, Type).properties);
}

interface Place {
  readonly database: Database;
  readonly path: string;
}

const at = ({ database, path }: Place, step: string | number): Place => ({
  database,
  path: `${path}.${step}`,
});

function objectFaults(place: Place, value: Record<string, unknown>, properties: Properties): Fault[] {
  const missing = Object.entries(properties)
    .filter(([name, { required }]) => required && !(name in value))
    .map(([name]) => `${place.path}.${name}: missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const property = properties[name];
    if (property === undefined) return [`${place.path}.${name}: unknown property`];
    const types = [property.type, ...(property.previousTypes ?? [])];
    return anyOf(at(place, name), member, types);
  });
  return [...missing, ...wrong];
}

/** The faults by the type that fits best: none when one fits. */
function anyOf(place: Place, value: unknown, types: readonly PropertyType[]): Fault[] {
  const tries = types.map((type) => valueFaults(place, value, type));
  return tries.reduce((best, faults) => (faults.length < best.length ? faults : best));
}

function valueFaults(place: Place, value: unknown, type: PropertyType): Fault[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'ref':
      return isObject(value)
        ? objectFaults(place, value, place.database.get('typeDefinition', type.reference.$ref).properties)
        : [`${place.path}: no object`];
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, index) => valueFaults(at(place, index), item, type.element))
        : [`${place.path}: no list`];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => valueFaults(at(place, key), item, type.element))
        : [`${place.path}: no map`];
    case 'union':
      return anyOf(place, value, type.types);
    default:
      return fits(value, type.type) ? [] : [`${place.path}: no ${type.type}`];
  }
}

const PLAIN: Readonly<Record<string, readonly string[]>> = {
  boolean: ['boolean'],
  integer: ['number'],
  number: ['number'],
  json: ['object', 'string'],
  string: ['string'],
  'date-time': ['string'],
  tag: ['object'],
};

/** CloudFormation reads `"300"` as a number and `300` as a string, but no word as a number. */
function fits(value: unknown, type: string): boolean {
  if (type === 'string') return ['string', 'number', 'boolean'].includes(typeof value);
  if (type === 'integer') return Number.isInteger(value);
  return (PLAIN[type] ?? []).includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What CloudFormation replaces before the schema counts. */
function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [name, ...others] = Object.keys(value);
  return others.length === 0 && name !== undefined && /^(Ref|Condition|Fn::\w+)$/.test(name);
}
