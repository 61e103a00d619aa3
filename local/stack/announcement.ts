import { relative } from 'node:path';
import { firstStatus } from '../settings/probe.ts';
import type { EndSilence } from './quiet-offline.ts';

/** The servers that the API needs on this machine, once they answer. */
export interface LocalStack {
  readonly databaseUrl: string;
  /** Folder of the embedded database, absolute; `undefined` when another database is used. */
  readonly databaseDirectory: string | undefined;
  /** Whether another stack of this project uses the usual data folder. */
  readonly isSecondStack: boolean;
  readonly signIn: SignIn | undefined;
  readonly stop: () => Promise<void>;
}

interface SignIn {
  readonly url: string;
  /** Fresh, for the demo user. */
  readonly token: string;
}

/** Prints the addresses. First it checks that the API answers and that the printed command gets a 200. */
export async function announce(
  stack: LocalStack,
  { api, list }: Pick<Addresses, 'api' | 'list'>,
  endSilence: EndSilence,
): Promise<void> {
  const { databaseUrl, databaseDirectory, isSecondStack, signIn } = stack;
  const data = databaseDirectory && shorten(databaseDirectory);
  const problem = await findProblem({ api, list }, signIn?.token);
  endSilence(problem === undefined ? 'drop' : 'show');
  console.log(announcement({ api, list, signIn: signIn?.url, database: databaseUrl, data }, signIn?.token));
  if (isSecondStack)
    console.error(`Another stack of this project is running, so this one keeps its data in ${data}.`);
  if (problem !== undefined) console.error(problem);
}

async function findProblem(
  { api, list }: Pick<Addresses, 'api' | 'list'>,
  token: string | undefined,
): Promise<string | undefined> {
  const health = await firstStatus(`${api}/api/health`);
  if (health !== 200) return `Something is wrong: ${api}/api/health is answered with ${health ?? 'nothing'}.`;
  const status = token && (await firstStatus(`${api}${list}`, { authorization: `Bearer ${token}` }));
  if (token && status !== 200)
    return `Something is wrong: the line above is answered with ${status ?? 'nothing'}.`;
  return undefined;
}

/** Seen from the project, where the path is inside of it. */
function shorten(path: string): string {
  const inside = relative('.', path);
  return inside.startsWith('..') ? path : inside;
}

interface Addresses {
  readonly api: string;
  /** Of the line to paste: {@link findListPath}. */
  readonly list: string;
  /** `undefined` when the sign-in server is the developer's own. */
  readonly signIn: string | undefined;
  readonly database: string;
  /** Where the embedded database keeps its files, for people. */
  readonly data: string | undefined;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly authorizer?: unknown;
}

/** A function of serverless.yml, as far as its routes go. */
export interface Routed {
  readonly events?: readonly { readonly http?: Route | string }[] | undefined;
}

/** The first list of the service: a GET without path parameters, with an authorizer where one has it. */
export function findListPath(functions: Readonly<Record<string, Routed>>): string {
  const lists = Object.values(functions)
    .flatMap(({ events = [] }) => events.map(({ http }) => http))
    .filter((http) => typeof http === 'object')
    .filter(({ method, path }) => method.toLowerCase() === 'get' && !/[{]|health$/.test(path));
  const { path } = lists.find(({ authorizer }) => authorizer !== undefined) ??
    lists[0] ?? { path: '/api/me' };
  return `/${path.replace(/^\//, '')}`;
}

/** What a newcomer needs: where things are, and a line to paste. The line stands alone and is never wrapped. */
export function announcement(addresses: Addresses, token: string | undefined): string {
  const { api, list, signIn, database, data } = addresses;
  const lines = [
    '',
    `  API        ${api}`,
    `  Contract   ${api}/docs  (try each operation with the token below)`,
    signIn
      ? `  Sign-in    ${signIn}  (Better Auth; users live in memory)`
      : '  Sign-in    your own server (LOCAL_AUTH=off)',
    `  DynamoDB   ${database}${data ? `  (kept in ${data})` : ''}`,
    '',
    ...(token === undefined ? withoutToken(api + list) : withToken(api + list, token)),
    '',
    '  Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}

/** Double quotes: a Windows prompt takes single ones as part of the text. */
function withToken(url: string, token: string): string[] {
  return [
    '  A token for the demo user (npm run token makes a new one):',
    '',
    token,
    '',
    '  Try it:',
    '',
    `curl -H "Authorization: Bearer ${token}" ${url}`,
  ];
}

function withoutToken(url: string): string[] {
  return ['  With a token of your own server:', '', `curl -H "Authorization: Bearer <token>" ${url}`];
}
