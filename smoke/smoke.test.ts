import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EXAMPLE } from '../support/resources.ts';
import { CHECKS } from './checks/index.ts';
import { readTarget, UsageError } from './options.ts';
import { exitCodeOf, makeReport } from './report.ts';
import { type CheckResult, runChecks } from './run-checks.ts';

const TOKEN = 'header.payload.signature-of-a-token';
const SECOND_TOKEN = 'header.payload.signature-of-another';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An API that answers whatever it is asked with the same reply. */
async function startApi(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stops.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function result(changes: Partial<CheckResult>): CheckResult {
  return { group: 'health', name: 'the service is up', outcome: 'passed', reason: '', ms: 1, ...changes };
}

describe('the checks', () => {
  it('have names of their own', () => {
    const names = CHECKS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each([
    ['says yes to everything', 200, 'application/json', '[]'],
    ['refuses everything without saying why', 401, 'application/json', '{"message":"Unauthorized"}'],
    ['is broken', 502, 'text/html', '<h1>Bad Gateway</h1>'],
  ])('fail, every one, for an API that %s', async (_name, status, type, body) => {
    const baseUrl = await startApi((_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    const results = await runChecks({ baseUrl, token: TOKEN, secondToken: SECOND_TOKEN });
    expect(results).toHaveLength(CHECKS.length);
    expect(results.filter(({ outcome }) => outcome !== 'failed')).toEqual([]);
    expect(exitCodeOf(results)).toBe(1);
  });

  it('say that nothing answers, when nothing does', async () => {
    const baseUrl = await startApi(() => {});
    for (const stop of stops.splice(0)) stop();
    const [first] = await runChecks({ baseUrl }, { checks: CHECKS.slice(0, 1) });
    expect(first?.reason).toMatch(/^fetch failed: connect ECONNREFUSED/);
  });

  it('that need a token are skipped without one, and say so', async () => {
    const checks = CHECKS.filter(({ needs }) => needs !== 'nothing');
    const alone = await runChecks({ baseUrl: 'http://127.0.0.1:9' }, { checks });
    expect(new Set(alone.map(({ outcome, reason }) => `${outcome}: ${reason}`))).toEqual(
      new Set(['skipped: needs --token']),
    );
    const pairs = checks.filter(({ needs }) => needs === 'two tokens');
    const [first] = await runChecks({ baseUrl: 'http://127.0.0.1:9', token: TOKEN }, { checks: pairs });
    expect(first).toMatchObject({ outcome: 'skipped', reason: 'needs --second-token' });
  });

  it.each([
    ['are skipped where they are 404 by choice', true, 404, 'skipped'],
    ['fail where they are served although they should not be', true, 200, 'failed'],
    ['fail where they are 404 by mistake', false, 404, 'failed'],
  ])('of the docs %s', async (_name, withoutDocs, status, outcome) => {
    const problem = { type: 'about:blank', title: 'Not Found', status, detail: 'No such route' };
    const baseUrl = await startApi((_request, response) => {
      response.writeHead(status, {
        'content-type': 'application/problem+json',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'Retry-After',
        'cache-control': 'no-store',
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
      });
      response.end(JSON.stringify({ ...problem, code: 'route_not_found', requestId: 'JKJaXmPLvHcESHA=' }));
    });
    const checks = CHECKS.filter(({ page }) => page !== undefined);
    const results = await runChecks({ baseUrl, withoutDocs }, { checks });
    expect(checks).toHaveLength(6);
    expect(new Set(results.map((result) => result.outcome))).toEqual(new Set([outcome]));
    const reasons = results.map(({ reason }) => reason);
    if (outcome === 'skipped') expect(new Set(reasons)).toEqual(new Set(['deployed without docs']));
  });

  it('never repeat a token, even when the API or the client does', async () => {
    const baseUrl = await startApi((request, response) => {
      const detail = `what is ${request.headers.authorization}?`;
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
    });
    const text: string[] = [];
    const { row } = makeReport((line) => text.push(line));
    await runChecks({ baseUrl, token: TOKEN, secondToken: SECOND_TOKEN }, { onResult: row });
    await runChecks({ baseUrl, token: `${TOKEN}\nX` }, { onResult: row });
    expect(text.join('')).not.toContain('signature-of');
    expect(text.join('')).toContain('<token>');
  });

  it('wait where the rate of requests is limited, also to delete what they created', async () => {
    const asked: string[] = [];
    const baseUrl = await startApi((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const isLimited = asked.length % 2 === 1;
      const status = isLimited ? 429 : request.method === 'POST' ? 201 : 200;
      const body = request.method === 'GET' ? [] : { id: 'the-record' };
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.01' });
      response.end(JSON.stringify(body));
    });
    const checks = CHECKS.filter(
      ({ name }) => name === `a ${EXAMPLE.kind.name} is created as it was sent, and has an address`,
    );
    await runChecks({ baseUrl, token: TOKEN }, { checks });
    expect(asked).toEqual([
      ...Array(2).fill(`POST ${EXAMPLE.path}`),
      ...Array(2).fill(`DELETE ${EXAMPLE.path}/the-record`),
      ...Array(2).fill(`GET ${EXAMPLE.path}?sort=-createdAt&limit=100`),
    ]);
  });

  it('stop when the run is interrupted', async () => {
    expect(await runChecks({ baseUrl: 'http://127.0.0.1:9' }, { signal: AbortSignal.abort() })).toEqual([]);
  });
});

describe('the table', () => {
  it('has a heading per group, a row per check, the reasons, and a sum', () => {
    const results = [
      result({}),
      result({ name: 'it runs', outcome: 'failed', reason: 'it does not\nat all' }),
      result({ group: 'records', name: 'a list', outcome: 'skipped', reason: 'needs --token' }),
    ];
    const text: string[] = [];
    const report = makeReport((line) => text.push(line));
    results.forEach(report.row);
    report.summary(results);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal.
    expect(text.join('').replace(/\x1b\[\d+m/g, '')).toBe(
      [
        '\nhealth',
        '  pass  the service is up 1 ms',
        '  FAIL  it runs',
        '        it does not',
        '        at all',
        '\nrecords',
        '  skip  a list: needs --token',
        '\n1 passed, 1 failed, 1 skipped (needs --token) in 0.0 s\n',
      ].join('\n'),
    );
  });

  it('ends with 1 only when something failed', () => {
    expect(exitCodeOf([result({}), result({ outcome: 'skipped' })])).toBe(0);
    expect(exitCodeOf([result({}), result({ outcome: 'failed' })])).toBe(1);
  });
});

describe('the command line', () => {
  it.each([
    [['https://api.example.com/prod/'], {}, { baseUrl: 'https://api.example.com/prod' }],
    [
      ['http://localhost:4700', '--token', ' Bearer a.b.c\n'],
      {},
      { baseUrl: 'http://localhost:4700', token: 'a.b.c' },
    ],
    [
      ['http://localhost:4700'],
      { SMOKE_TOKEN: 'a.b.c', SMOKE_SECOND_TOKEN: 'd.e.f' },
      { baseUrl: 'http://localhost:4700', token: 'a.b.c', secondToken: 'd.e.f' },
    ],
    [['http://localhost:4700', '--no-docs'], {}, { baseUrl: 'http://localhost:4700', withoutDocs: true }],
  ])('%j names a target', (args, env, target) => {
    expect(readTarget(args, env)).toEqual(target);
  });

  it.each([
    ['no address', []],
    ['a host without a scheme', ['api.example.com']],
    ['two addresses', ['http://a.test', 'http://b.test']],
    ['an unknown option', ['http://a.test', '--tokn', 'secret-token']],
    ['a second token alone', ['http://a.test', '--second-token', 'secret-token']],
  ])('%s is refused with a sentence that repeats no token', (_name, args) => {
    expect(() => readTarget(args, {})).toThrow(UsageError);
    expect(() => readTarget(args, {})).not.toThrow(/secret-token/);
  });

  it('--help asks for no target', () => {
    expect(readTarget(['--help'], {})).toBeUndefined();
  });
});
