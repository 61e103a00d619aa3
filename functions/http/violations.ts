import type { Violation } from '../domain/errors.ts';
import type { SchemaFault } from './contract.ts';

/** Most faults that are named, so that a body full of unknown properties does not make a long answer. */
export const VIOLATIONS_MAX = 20;

/** Longest name of a client's own that is repeated in an answer, in code points; each can become twelve characters. */
const NAME_MAX = 42;

/** ajv's faults as sentences about fields. `prefix` says where the fields are: `#/` in the body, `?` in the query. */
export function toViolations(faults: readonly SchemaFault[], prefix: '#/' | '?'): Violation[] {
  return faults.slice(0, VIOLATIONS_MAX).map((fault) => ({
    pointer: isAboutTheWhole(fault) ? '#' : prefix + pathOf(fault),
    detail: detailOf(fault),
  }));
}

/** `#/` would name a member whose name is empty (RFC 6901 §5). A query is always an object. */
function isAboutTheWhole({ instancePath, keyword }: SchemaFault): boolean {
  return instancePath === '' && keyword !== 'required' && keyword !== 'additionalProperties';
}

function pathOf({ instancePath, keyword, params }: SchemaFault): string {
  const missing = keyword === 'required' ? params['missingProperty'] : undefined;
  const unknown =
    keyword === 'additionalProperties' ? shorten(String(params['additionalProperty'])) : undefined;
  const member = missing ?? unknown;
  // A JSON pointer in a URI fragment (RFC 6901 §6).
  const step = member && encodeURIComponent(String(member).replace(/~/g, '~0').replace(/\//g, '~1'));
  return [...instancePath.split('/').slice(1), ...(step === undefined ? [] : [step])].join('/');
}

/** As much of a name that the client made up as is repeated in an answer. */
export function shorten(name: string): string {
  return [...name.toWellFormed()].slice(0, NAME_MAX).join('');
}

function detailOf({ keyword, params }: SchemaFault): string {
  const { limit } = params;
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not known, or cannot be set';
    case 'type':
      return `must be ${[params['type']].flat().join(' or ')}`;
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must be at least ${counted(limit, 'character')}`;
    case 'maxLength':
      return `must be at most ${counted(limit, 'character')}`;
    case 'pattern':
      return `must match the pattern ${params['pattern']}`;
    case 'minItems':
      return `must have at least ${counted(limit, 'item')}`;
    case 'maxItems':
      return `must have at most ${counted(limit, 'item')}`;
    case 'uniqueItems':
      return `must not repeat a value: items ${repeated(params)} are equal`;
    case 'minProperties':
      return `must have at least ${counted(limit, 'member')}`;
    case 'maxProperties':
      return `must have at most ${counted(limit, 'member')}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${limit}`;
    case 'multipleOf':
      return `must be a multiple of ${params['multipleOf']}`;
    case 'const':
      return `must be ${params['allowedValue']}`;
    case 'enum':
      return `must be ${(params['allowedValues'] as readonly unknown[]).map(String).join(' or ')}`;
    default:
      return 'is not valid';
  }
}

function counted(count: unknown, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The places of two equal items, counted from 0 as in a pointer. ajv gives them in either order. */
function repeated({ i, j }: SchemaFault['params']): string {
  return [Number(i), Number(j)].sort((first, second) => first - second).join(' and ');
}
