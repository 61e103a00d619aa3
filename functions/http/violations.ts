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

/** `#/` would name a member whose name is empty (RFC 6901 §5). A query as a whole has no faults: it is always an object. */
function isAboutTheWhole({ instancePath, keyword }: SchemaFault): boolean {
  return instancePath === '' && keyword !== 'required' && keyword !== 'additionalProperties';
}

function pathOf({ instancePath, keyword, params }: SchemaFault): string {
  const path = instancePath.slice(1);
  if (keyword === 'required') return path + String(params['missingProperty']);
  if (keyword !== 'additionalProperties') return path;
  const name = shorten(String(params['additionalProperty']));
  // A JSON pointer in a URI fragment (RFC 6901 §6).
  return path + encodeURIComponent(name.replace(/~/g, '~0').replace(/\//g, '~1'));
}

/** As much of a name that the client made up as is repeated in an answer. */
export function shorten(name: string): string {
  return [...name.toWellFormed()].slice(0, NAME_MAX).join('');
}

function detailOf({ keyword, params }: SchemaFault): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not known, or cannot be set';
    case 'type':
      return `must be ${[params['type']].flat().join(' or ')}`;
    case 'minLength':
      return params['limit'] === 1 ? 'must not be empty' : `must be at least ${params['limit']} characters`;
    case 'maxLength':
      return `must be at most ${params['limit']} characters`;
    case 'minimum':
      return `must be at least ${params['limit']}`;
    case 'maximum':
      return `must be at most ${params['limit']}`;
    case 'enum':
      return `must be ${(params['allowedValues'] as readonly unknown[]).join(' or ')}`;
    default:
      return 'is not valid';
  }
}
