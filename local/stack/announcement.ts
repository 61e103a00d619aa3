export interface Addresses {
  readonly api: string;
  /** `undefined` when the sign-in server is the developer's own. */
  readonly signIn: string | undefined;
  readonly database: string;
  /** Where the embedded database keeps its files, for people. */
  readonly data: string | undefined;
}

/** What a newcomer needs: where things are, and a line to paste. The line stands alone and is never wrapped. */
export function announcement(addresses: Addresses, token: string | undefined): string {
  const { api, signIn, database, data } = addresses;
  const lines = [
    '',
    `  API        ${api}`,
    `  Contract   ${api}/docs  (try each operation with the token below)`,
    signIn
      ? `  Sign-in    ${signIn}  (Better Auth; users live in memory)`
      : '  Sign-in    your own server (LOCAL_AUTH=off)',
    `  DynamoDB   ${database}${data ? `  (tasks are kept in ${data})` : ''}`,
    '',
    ...(token === undefined ? withoutToken(api) : withToken(api, token)),
    '',
    '  Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}

/** Double quotes: a Windows prompt takes single ones as part of the text. */
function withToken(api: string, token: string): string[] {
  return [
    '  A token for the demo user (npm run token makes a new one):',
    '',
    token,
    '',
    '  Try it:',
    '',
    `curl -H "Authorization: Bearer ${token}" ${api}/api/tasks`,
  ];
}

function withoutToken(api: string): string[] {
  return [
    '  With a token of your own server:',
    '',
    `curl -H "Authorization: Bearer <token>" ${api}/api/tasks`,
  ];
}
