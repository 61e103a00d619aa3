/** What is read of the framework's check of serverless.yml. */
export interface SchemaHandler {
  schema: Schema;
  validateConfig: (configuration: unknown) => Promise<void>;
}

/** Lets the framework check a configuration with {@link usedSchema}. */
export async function validateUsed(
  handler: SchemaHandler,
  validate: SchemaHandler['validateConfig'],
  configuration: unknown,
): Promise<void> {
  const whole = handler.schema;
  handler.schema = usedSchema(whole, configuration);
  try {
    await validate(configuration);
  } finally {
    handler.schema = whole;
  }
}

/** A JSON schema, as far as it is followed here. */
export type Schema = Readonly<Record<string, unknown>>;
type Values = readonly unknown[];
type Keyword = (given: unknown, values: Values) => unknown;

/**
 * The part of a schema that a configuration can meet: `properties` without what the configuration does not have. A check
 * with it finds the same mistakes and reports them in the same words.
 *
 * The framework makes a program of its whole schema to check serverless.yml. That is 9 MB of JavaScript, which takes a fifth
 * of the start and 40 MB of memory.
 */
export function usedSchema(whole: Schema, configuration: unknown): Schema {
  const definitions = record(whole['definitions']);
  const keywords: Readonly<Record<string, Keyword>> = {
    definitions: () => undefined,
    properties: (given, values) =>
      Object.fromEntries(
        Object.entries(record(given)).flatMap(([name, schema]) => {
          const members = membersOf(values, (key) => key === name);
          return members.length === 0 ? [] : [[name, prune(schema, members)]];
        }),
      ),
    patternProperties: (given, values) =>
      mapValues(given, (schema, pattern) =>
        prune(
          schema,
          membersOf(values, (key) => RegExp(pattern).test(key)),
        ),
      ),
    additionalProperties: (given, values) => prune(given, membersOf(values)),
    items: (given, values) => {
      const items = flatten(values);
      return Array.isArray(given) ? given.map((schema) => prune(schema, items)) : prune(given, items);
    },
    // Branches stay where they are, because a report counts them.
    anyOf: pruneEach,
    oneOf: pruneEach,
    allOf: pruneEach,
  };
  function pruneEach(given: unknown, values: Values): unknown {
    return Array.isArray(given) ? given.map((schema) => prune(schema, values)) : given;
  }
  function prune(given: unknown, values: Values): unknown {
    if (!isRecord(given)) return given;
    const name = given['$ref'];
    if (typeof name === 'string') return prune(definitions[name.replace('#/definitions/', '')], values);
    return mapValues(given, (value, keyword) => {
      const follow = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
      return follow ? follow(value, values) : value;
    });
  }
  const used = prune(whole, [configuration]) as Schema;
  return JSON.stringify(used).includes('"$ref"') ? { ...used, definitions } : used;
}

/** What objects among the values have under the keys that are wanted. The framework leaves null out as well. */
function membersOf(values: Values, isWanted: (key: string) => boolean = () => true): unknown[] {
  return flatten(values).flatMap((value) =>
    Object.entries(record(value)).flatMap(([key, member]) =>
      isWanted(key) && member != null ? [member] : [],
    ),
  );
}

/** The framework takes a value for a list of one, and a list of one for its value. */
const flatten = (values: Values): Values =>
  values.flatMap((value) => (Array.isArray(value) ? value : [value]));

function mapValues(given: unknown, change: (value: unknown, key: string) => unknown): Schema {
  const changed = Object.entries(record(given)).map(([key, value]) => [key, change(value, key)] as const);
  return Object.fromEntries(changed.filter(([, value]) => value !== undefined));
}

const record = (value: unknown): Schema => (isRecord(value) ? value : {});

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
