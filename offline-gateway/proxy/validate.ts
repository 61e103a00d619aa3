import type { Exchange } from '../exchange/exchange.ts';
import { requestValue } from '../responses/scope.ts';
import { type GatewayError, gatewayError } from '../responses/types.ts';
import { findOwn, isRecord, type UnknownRecord } from '../values.ts';
import type { RequestRules } from './request-rules.ts';

/** Messages for every way `body` fails `schema`; none when it holds. The library is serverless-offline's own. */
export type ValidateSchema = (body: unknown, schema: UnknownRecord) => readonly string[];

/** GW-910, GW-911: what a request validator refuses, or undefined. Parameters come before the body, whose absence counts as `{}`. */
export function findInvalid(
  exchange: Exchange,
  rules: RequestRules,
  request: { readonly body: string; readonly validateSchema: ValidateSchema },
): GatewayError | undefined {
  const missing = rules.required.filter(({ location, name }) => !requestValue(exchange, location, name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    return gatewayError('BAD_REQUEST_PARAMETERS', {
      message: `Missing required request parameters: [${names}]`,
    });
  }
  const schema = findSchema(exchange, rules);
  if (!schema) return undefined;
  const problems = bodyProblems(request.body, schema, request.validateSchema);
  if (problems.length === 0) return undefined;
  return gatewayError('BAD_REQUEST_BODY', { validationError: `[${problems.join(', ')}]` });
}

/** The model of the request's media type, which is `application/json` when it names none. */
function findSchema(exchange: Exchange, { schemas }: RequestRules): UnknownRecord | undefined {
  const given = exchange.req.headers['content-type'] ?? 'application/json';
  return findOwn(schemas, (given.split(';')[0] ?? '').trim().toLowerCase());
}

function bodyProblems(
  text: string,
  schema: UnknownRecord,
  validateSchema: ValidateSchema,
): readonly string[] {
  try {
    return validateSchema(text === '' ? {} : JSON.parse(text), schema);
  } catch {
    return ['the body is not valid JSON'];
  }
}

/** `jsonschema` as serverless-offline ships it: draft 4, which API Gateway models are written in. */
export function makeValidateSchema(load: () => unknown): ValidateSchema {
  let validate: ((body: unknown, schema: UnknownRecord) => unknown) | undefined;
  return (body, schema) => {
    validate ??= requireValidate(load());
    const result = validate(body, schema);
    const errors = isRecord(result) && Array.isArray(result['errors']) ? result['errors'] : [];
    return errors.map(String);
  };
}

function requireValidate(library: unknown): (body: unknown, schema: UnknownRecord) => unknown {
  const found = isRecord(library) ? library['validate'] : undefined;
  if (typeof found !== 'function') throw new TypeError('the jsonschema library has no validate function');
  return (body, schema) => found(body, schema) as unknown;
}
