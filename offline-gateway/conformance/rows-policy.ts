import { assert, bearer, fixed, type Row } from './row.ts';

/** A16–A20: IAM's rules on the policy that came back. */
export const POLICY_ROWS: readonly Row[] = [
  decides('A16', 'an Action other than execute-api:Invoke allows nothing', 's3-action', 403),
  decides('A17', 'a Condition is evaluated', 'past', 403),
  decides('A18', 'NotResource is understood', 'not-resource', 200),
  decides('A19', 'a single Statement need not be an array', 'single-statement', 200),
  decides('A20', 'a Resource pattern is anchored', 'unanchored', 403),
];

function decides(id: string, title: string, token: string, status: number): Row {
  return fixed(id, title, async (ask) => {
    assert.equal((await ask('/p/1', bearer(token))).status, status);
  });
}
