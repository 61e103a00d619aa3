import { readFileSync } from 'node:fs';
import { REJECTIONS, type RejectionCode } from '../../authorizer/rejections.ts';
import { markdownTable, withSection } from '../../offline-gateway/conformance/markdown.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { KINDS, type Kind } from './issued-tokens.ts';

export const DOCUMENT = 'docs/security.md';

/** The document with its table written anew; the rest of it is written by hand. */
export function withTokenTable(document: string): string {
  return withSection(document, 'tokens', tokenTable());
}

export function readDocument(): string {
  return readFileSync(DOCUMENT, 'utf8');
}

/** Every kind of token and every verdict on it, as better-auth.test.ts holds them against real servers. */
function tokenTable(): string {
  const kinds = Map.groupBy(Object.keys(KINDS) as Kind[], (kind) => JSON.stringify(verdictsOn(kind)));
  const rows = [...kinds.values()].flatMap((alike) => {
    const names = alike.map((kind) => KINDS[kind]).join('<br>');
    return verdictsOn(alike[0] as Kind).map(([verdict, issued]) => [names, issued, ...wordsOf(verdict)]);
  });
  const head = ['token', 'issued by Better Auth with', 'verdict', 'code', 'what the client reads'];
  return markdownTable([head, ...rows]);
}

/** The verdicts on one kind, each with the configurations that lead to it. */
function verdictsOn(kind: Kind): [verdict: string, configurations: string][] {
  const issuing = CONFIGURATIONS.filter(({ verdicts }) => verdicts[kind] !== undefined);
  const verdicts = [...new Set(issuing.map(({ verdicts }) => verdicts[kind] ?? ''))];
  if (verdicts.length === 1 && issuing.length === CONFIGURATIONS.length) {
    return verdicts.map((verdict) => [verdict, `any of the ${issuing.length} configurations`]);
  }
  return verdicts.map((verdict) => {
    const names = issuing.filter((entry) => entry.verdicts[kind] === verdict).map(({ name }) => name);
    return [verdict, names.join('<br>')];
  });
}

function wordsOf(verdict: string): [verdict: string, code: string, sentence: string] {
  if (verdict === 'allow') return ['**accepted**', '–', '–'];
  const code = verdict.replace('~', '') as RejectionCode;
  return [verdict === code ? 'refused' : 'refused, not cached', `\`${code}\``, REJECTIONS[code]];
}
