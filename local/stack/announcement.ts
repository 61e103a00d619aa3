import { setTimeout as sleep } from 'node:timers/promises';

export interface Addresses {
  readonly api: string;
  /** `undefined` when the sign-in server is the developer's own. */
  readonly signIn: string | undefined;
  readonly database: string;
  /** Where the embedded database keeps its files, for people. */
  readonly data: string | undefined;
}

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** The status of the first answer, waiting a minute for one; `undefined` when there was none. */
export async function firstStatus(
  url: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const status = await findStatus(url, headers);
    if (status !== undefined) return status;
    await sleep(POLL_MS);
  }
  return undefined;
}

/** `undefined` while nothing answers. */
export async function findStatus(
  url: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  try {
    const reply = await fetch(url, { headers });
    await reply.arrayBuffer();
    return reply.status;
  } catch {
    return undefined;
  }
}

/** What a newcomer needs: where things are, and a line to paste. The line stands alone and is never wrapped. */
export function announcement(addresses: Addresses, token: string | undefined): string {
  const { api, signIn, database, data } = addresses;
  const lines = [
    '',
    `  API        ${api}`,
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

function withToken(api: string, token: string): string[] {
  return [
    '  A token for the demo user (npm run token makes a new one):',
    '',
    token,
    '',
    '  Try it:',
    '',
    `curl -H 'Authorization: Bearer ${token}' ${api}/api/tasks`,
  ];
}

function withoutToken(api: string): string[] {
  return [
    '  With a token of your own server:',
    '',
    `curl -H 'Authorization: Bearer <token>' ${api}/api/tasks`,
  ];
}
