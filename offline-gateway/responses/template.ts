import { findReference, type Reference, type ReferenceScope } from './references.ts';

/** A gateway-response body template, read once. */
export type Template = (scope: ReferenceScope) => string;

/** `$` and what follows it, greedily: names may hold dashes in header names, and a sentence may end after one. */
const REFERENCE = /\$([A-Za-z][\w-]*(?:\.[\w-]+)*)/g;
/** Velocity that works in mapping templates and is literal text or an error here. */
const VELOCITY = /#(?:if|set|foreach|else|elseif|end|macro)\b|\$!|\$\{|\$util\b|\$input\b/;

/**
 * GW-402: simple substitution, not VTL. Values go in as text (GW-426): the quotes are the template's own.
 *
 * @param where names the resource in the sentence.
 * @throws {SyntaxError} for a reference that is not known, or for Velocity.
 */
export function compileTemplate(
  text: string,
  options: { readonly where: string; readonly escapesValues: boolean },
): Template {
  const velocity = VELOCITY.exec(text);
  if (velocity) {
    throw new SyntaxError(
      `${options.where} uses ${velocity[0]}: a gateway response substitutes $references and knows no Velocity.`,
    );
  }
  const parts = readParts(text, options.where);
  return (scope) => parts.map((part) => renderPart(part, scope, options.escapesValues)).join('');
}

interface Inserted {
  readonly reference: Reference;
  /** `messageString` brings its own quotes and is JSON already. */
  readonly isJson: boolean;
}

function readParts(text: string, where: string): readonly (string | Inserted)[] {
  const parts: (string | Inserted)[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const written = match[1] ?? '';
    const reference = findReference(written);
    if (!reference)
      throw new SyntaxError(`${where} refers to $${written}, which API Gateway does not offer there.`);
    parts.push(text.slice(end, match.index), { reference, isJson: written.endsWith('.messageString') });
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function renderPart(part: string | Inserted, scope: ReferenceScope, escapesValues: boolean): string {
  if (typeof part === 'string') return part;
  const value = part.reference(scope) ?? '';
  return escapesValues && !part.isJson ? JSON.stringify(value).slice(1, -1) : value;
}
