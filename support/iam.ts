import type { PolicyDocument } from 'aws-lambda';

export type IamVerdict = 'allowed' | 'denied' | 'not allowed';

/** IAM's answer for one action on one resource: an explicit Deny wins, and what no statement allows is denied. */
export function evaluatePolicy(policy: PolicyDocument, action: string, resource: string): IamVerdict {
  const effects = policy.Statement.filter((statement) => {
    if (!('Action' in statement) || !('Resource' in statement)) throw new Error('not a statement this reads');
    const matches = (patterns: string | string[], text: string) =>
      [patterns].flat().some((pattern) => isMatch(pattern, text));
    return (
      matches(statement.Action as string | string[], action) &&
      matches(statement.Resource as string | string[], resource)
    );
  }).map(({ Effect }) => Effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'not allowed';
}

/** `*` is any text and `?` any character, as IAM has it. */
function isMatch(pattern: string, text: string): boolean {
  const [first = '', rest] = [pattern[0], pattern.slice(1)];
  if (pattern === '') return text === '';
  if (first === '*') return isMatch(rest, text) || (text !== '' && isMatch(pattern, text.slice(1)));
  return text !== '' && (first === '?' || first === text[0]) && isMatch(rest, text.slice(1));
}
