import { describeState, type Stack } from '../../support/stack.ts';
import { authorizationOf } from '../../support/tokens.ts';
import { cutOff, type HostileRequest, makeCorpus } from './hostile-corpus.ts';
import { requireUnharmed, VICTIM } from './hostile-http.ts';
import { type LocalPort, PORT_KINDS, type PortRequest } from './port-corpus.ts';
import { type Finding, makeRandom, type Scenario, SEED } from './scenario.ts';
import { sendBytes } from './send-bytes.ts';

const REQUESTS = { full: 1500, short: 120 };
const PROBE_MS = 5000;
/** How often the API and the other ports are asked as well. */
const PROBE_ALL_EVERY = 25;

type Sent = Pick<HostileRequest, 'kind' | 'bytes' | 'afterwards'>;

/** A well-formed request to each port, which is answered 200. */
const PROBES: Readonly<Record<LocalPort, (url: string) => Promise<Response>>> = {
  database: (url) =>
    probe(url, {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=x',
    }),
  signIn: (url) => fetch(`${url}/api/auth/ok`, { signal: AbortSignal.timeout(PROBE_MS) }),
  lambda: (url) => probe(`${url}/2015-03-31/functions/better-auth-todo-dev-getHealth/invocations`, {}),
};

export const hostilePorts: Scenario = {
  name: 'Hostile requests to every local port',
  promise:
    'No request ends the local stack. After every one to the ports of database, sign-in server and Lambda endpoint that port answers, and nothing was written.',
  run: async (scale, stacks) => {
    const stack = await stacks.open({ LOCAL_AUTH: 'on' });
    try {
      const findings: Finding[] = [];
      for (const port of Object.keys(PORT_KINDS) as LocalPort[]) {
        findings.push(await attack(stack, port, REQUESTS[scale]));
      }
      return [...findings, { what: 'requests after which a port did not answer', figure: '0', limit: '0' }];
    } finally {
      await stacks.close(stack);
    }
  },
};

async function attack(stack: Stack, port: LocalPort, size: number): Promise<Finding> {
  const url = urlOf(stack, port);
  const seen = new Map<string, number>();
  for (const [index, sent] of corpusFor(port, url, size).entries()) {
    const reply = await sendBytes(url, sent.bytes, sent.afterwards);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1] ?? 'closed';
    seen.set(status, (seen.get(status) ?? 0) + 1);
    await requireAnswer(stack, port, sent);
    if (index % PROBE_ALL_EVERY === 0) await requireAnswers(stack, sent);
  }
  const statuses = [...seen].sort(([one], [other]) => one.localeCompare(other));
  return {
    what: `${size} requests to the port of ${NAMES[port]}, answers by status`,
    figure: statuses.map(([status, count]) => `${status}: ${count}`).join(', '),
  };
}

const NAMES: Readonly<Record<LocalPort, string>> = {
  database: 'the database',
  signIn: 'the sign-in server',
  lambda: 'the Lambda endpoint',
};

function urlOf({ databaseUrl, authUrl, lambdaUrl }: Stack, port: LocalPort): string {
  return { database: databaseUrl, signIn: authUrl, lambda: lambdaUrl }[port];
}

/** Half of it made for this port, half the corpus of the API sent here. */
function corpusFor(port: LocalPort, url: string, size: number): Sent[] {
  const random = makeRandom(SEED);
  const { host } = new URL(url);
  const kinds = PORT_KINDS[port];
  const authorizations = { victim: authorizationOf(VICTIM), other: authorizationOf('other') };
  const ofTheApi = makeCorpus(SEED, Math.floor(size / 2), authorizations).map((sent) => ({
    ...sent,
    bytes: Buffer.from(sent.bytes.toString('latin1').replace(/\r\nHost: \S+/, `\r\nHost: ${host}`), 'latin1'),
  }));
  const ownKinds = Array.from({ length: size - ofTheApi.length }, (_, index) => {
    const { name, make } = kinds[index % kinds.length] as (typeof kinds)[number];
    const request = make(random);
    return { kind: name, ...toSent(request, host) };
  });
  return [...ownKinds, ...ofTheApi];
}

function toSent(request: PortRequest, ownHost: string): Omit<Sent, 'kind'> {
  const { method = 'GET', path = '/', host = ownHost, headers = {}, body, sentShare } = request;
  const content = Buffer.from(body ?? '');
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...(body === undefined ? [] : [`Content-Length: ${content.length}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
  if (sentShare === undefined) return { bytes, afterwards: 'waits' };
  return { bytes: cutOff(bytes, sentShare), afterwards: 'resets' };
}

async function requireAnswer(stack: Stack, port: LocalPort, { kind, bytes }: Sent): Promise<void> {
  const answer = await PROBES[port](urlOf(stack, port)).catch((error: Error) => error);
  if (answer instanceof Response && answer.status === 200) return void (await answer.text());
  const what = answer instanceof Response ? `answered ${answer.status}` : `did not answer: ${answer.message}`;
  throw new Error(
    `after ${kind} the port of ${NAMES[port]} ${what}:\n${bytes.toString('latin1').slice(0, 600)}\n${describeState(stack)}`,
  );
}

async function requireAnswers(stack: Stack, sent: Sent): Promise<void> {
  for (const port of Object.keys(PORT_KINDS) as LocalPort[]) await requireAnswer(stack, port, sent);
  await requireUnharmed(stack);
}

function probe(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: '{}', signal: AbortSignal.timeout(PROBE_MS) });
}
