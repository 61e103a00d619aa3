import type { APIGatewayProxyEvent } from 'aws-lambda';
import { InvalidRequest, type Violation } from '../domain/errors.ts';
import type { Contract } from './contract.ts';
import { shorten, toViolations, VIOLATIONS_MAX } from './violations.ts';

/**
 * The declared query parameters with their types, defaults filled in.
 *
 * @throws {InvalidRequest} naming every parameter that is repeated, unknown where that matters, or not valid.
 */
export function readQuery(event: APIGatewayProxyEvent, contract: NonNullable<Contract['query']>): unknown {
  const given = event.multiValueQueryStringParameters ?? {};
  const violations: Violation[] = [];
  const query: Record<string, unknown> = {};
  for (const [name, values = []] of Object.entries(given)) {
    const type = Object.hasOwn(contract.types, name) ? contract.types[name] : undefined;
    if (type !== undefined && values.length > 1)
      violations.push({ pointer: `?${name}`, detail: 'must be given once' });
    if (type !== undefined) query[name] = toTyped(values[0] ?? '', type);
    else if (contract.closed)
      violations.push({ pointer: `?${encodeURIComponent(shorten(name))}`, detail: 'is not known' });
  }
  if (!contract.validate(query)) violations.push(...toViolations(contract.validate.errors ?? [], '?'));
  if (violations.length > 0) throw new InvalidRequest(violations.slice(0, VIOLATIONS_MAX));
  return query;
}

/** The value in the type the schema asks for; left as text, for the schema to refuse, when it is not written so. */
function toTyped(text: string, type: string): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type === 'integer' && /^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  return text;
}
