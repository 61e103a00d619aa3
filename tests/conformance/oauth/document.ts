import { readFileSync } from 'node:fs';
import { REJECTIONS } from '../../../authorizer/rejections.ts';
import { markdownTable } from '../../../offline-gateway/conformance/markdown.ts';
import { ROWS, type Row } from './rows.ts';

export const OAUTH_DOCUMENT = 'docs/oauth-tokens.md';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  dependencies: Readonly<Record<string, string>>;
};

/** The whole of docs/oauth-tokens.md, from the rows that oauth-provider.test.ts holds against the real plugin. */
export function oauthDocument(): string {
  return `# OAuth tokens, and the verdict on each

Written by \`npm run docs:tokens\`. [The suite](../tests/conformance/oauth-provider.test.ts) has a real server issue each of
these tokens. It is \`@better-auth/oauth-provider\` ${dependencies['@better-auth/oauth-provider']} over \`better-auth\`
${dependencies['better-auth']}, with PKCE, the consent of a user, and DPoP proofs. The API takes two issuers and audiences:
the origin and \`/api/auth\` below it, the origin and the resource.

An accepted token may do what its scopes allow: \`tasks:read\` to read, \`tasks:write\` to change. Any other scope allows
nothing here.

- Without \`resource\`, Better Auth gives an opaque access token, which only Better Auth can read. Ask with \`resource\`.
- A token bound to a key (DPoP) is refused, because this API takes Bearer tokens and cannot check the proof.
- A token of \`client_credentials\` names its client as the subject. A client is no user.
- ID tokens and refresh tokens are for the client and for Better Auth, not for an API.

${table()}
`;
}

function table(): string {
  const head = ['grant', 'scope asked for', '`resource`', 'bound by DPoP', 'token', 'verdict', 'code'];
  const rows = ROWS.map((row) => [
    row.grant,
    row.scope === '' ? 'none: all of the client' : `\`${row.scope}\``,
    row.resource ? 'this API' : '–',
    row.dpop ? 'yes' : '–',
    row.kind,
    ...wordsOf(row),
  ]);
  return markdownTable([head, ...rows]);
}

function wordsOf({ verdict }: Row): [verdict: string, code: string] {
  if (verdict === 'allow') return ['**accepted**', '–'];
  if (!(verdict in REJECTIONS)) throw new Error(`no refusal has the code ${verdict}`);
  return ['refused', `\`${verdict}\``];
}
