/** Anchored; `*` is any run and `?` any one character, also across `/` and `:`; nothing else is special. */
export function wildcard(pattern: string): string {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return `^${escaped.replaceAll(/\*+/g, '[^]*').replaceAll('?', '[^]')}$`;
}
