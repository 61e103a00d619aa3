import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { userIdOf } from '../../local/sign-in/demo-user.ts';
import { apiEvent, identityOf } from '../../support/api-event.ts';
import { startChromium } from '../../support/chromium.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type RunningStack, sharedStack } from '../../support/stack.ts';
import { describeInBrowser, SLOW_MS } from './chromium.ts';
import { type FrontEnd, openFrontEnd } from './front-end.ts';

jest.setTimeout(SLOW_MS);

const EMAIL = 'victim@example.com';
const { path: PATH, list, create, remove, textField } = EXAMPLE;
/** A site on the internet, and one whose name was pointed at this machine. The browser resolves both to loopback. */
const SITES = ['evil.test', 'rebind.test'];

/** One request as a page sends it. */
interface PageAttempt {
  readonly url: string;
  readonly init?: object;
}

describeInBrowser('a web page and the ports of the local stack', () => {
  let browser: Browser;
  let stack: RunningStack;
  let evil: FrontEnd;
  let recordId: string;

  beforeAll(async () => {
    const resolveHere = SITES.map((site) => `MAP ${site} 127.0.0.1`).join(', ');
    [stack, browser] = await Promise.all([
      sharedStack(),
      startChromium([`--host-resolver-rules=${resolveHere}`]),
    ]);
    evil = await openFrontEnd(browser, 'evil.test');
    const created = await askAsProgram(invokeUrl(create.functionName), createEvent('Made by a program'));
    recordId = JSON.parse(((await created.json()) as { body: string }).body).id;
  }, SLOW_MS);

  afterAll(async () => {
    await evil?.stop();
    await browser?.close();
  });

  const caller = () => identityOf(userIdOf(EMAIL), { expiresAt: Math.floor(Date.now() / 1000) + 600 });
  const createEvent = (text: string) =>
    apiEvent({ method: 'POST', path: PATH, body: findMarkedBody(create, text), caller: caller() });
  const deleteEvent = () =>
    apiEvent({
      method: 'DELETE',
      path: `${PATH}/${recordId}`,
      pathParameters: { [remove.pathParameters[0] ?? '']: recordId },
      caller: caller(),
    });
  const invokeUrl = (name: string, origin = stack.lambdaUrl) =>
    `${origin}/2015-03-31/functions/better-auth-todo-dev-${name}/invocations`;
  const askAsProgram = (url: string, body: object) =>
    fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const scan = (origin: string, operation = 'Scan'): PageAttempt => ({
    url: origin,
    init: {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=x',
      },
      body: JSON.stringify({ TableName: 'TasksTable' }),
    },
  });
  const forge = (url: string, body: object, mode = 'no-cors'): PageAttempt => ({
    url,
    init: { method: 'POST', mode, headers: { 'content-type': 'text/plain' }, body: JSON.stringify(body) },
  });

  /** The texts of the records of the user, straight from the database. */
  const texts = async () => {
    const { url, init } = scan(stack.databaseUrl);
    const { Items } = (await (await fetch(url, init)).json()) as {
      Items: Record<string, { S?: string } | undefined>[];
    };
    return Items.filter(({ userId }) => userId?.S === userIdOf(EMAIL)).flatMap(
      (item) => item[textField]?.S ?? [],
    );
  };

  const attempts = (): Record<string, PageAttempt> => ({
    'read the database': scan(stack.databaseUrl),
    'read its greeting': { url: stack.databaseUrl },
    'delete the table': scan(stack.databaseUrl, 'DeleteTable'),
    'read an answer of a function': forge(invokeUrl(list.functionName), createEvent('x'), 'cors'),
    'read a session': { url: `${stack.authUrl}/api/auth/get-session`, init: { credentials: 'include' } },
    'sign somebody up': {
      url: `${stack.authUrl}/api/auth/sign-up/email`,
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'forged@example.com', password: 'correct-horse', name: 'x' }),
      },
    },
  });

  it.each([
    'read the database',
    'read its greeting',
    'delete the table',
    'read an answer of a function',
    'read a session',
    'sign somebody up',
  ])('of another site cannot %s', async (what) => {
    const attempt = attempts()[what];
    expect(await evil.page.evaluate(send, attempt as PageAttempt)).toBe('TypeError: Failed to fetch');
    expect(await texts()).toContain('Made by a program');
  });

  it('of another site cannot forge or delete records with a request that needs no preflight', async () => {
    for (const event of [createEvent('Made by a page'), deleteEvent()]) {
      const name = event.httpMethod === 'POST' ? create.functionName : remove.functionName;
      await evil.page.evaluate(send, forge(invokeUrl(name), event));
    }
    expect(await texts()).toEqual(['Made by a program']);
  });

  it('whose name was pointed at this machine is refused as if it were another site', async () => {
    const page = await browser.newPage();
    const rebound = (url: string) =>
      url.replace('localhost', 'rebind.test').replace('127.0.0.1', 'rebind.test');
    const database = rebound(stack.databaseUrl);
    const lambda = rebound(stack.lambdaUrl);
    const sent: [string, PageAttempt][] = [
      [database, scan(database)],
      [database, scan(database, 'DeleteTable')],
      [lambda, forge(invokeUrl(create.functionName, lambda), createEvent('Made by a page'), 'same-origin')],
      [rebound(stack.authUrl), { url: `${rebound(stack.authUrl)}/api/auth/get-session` }],
    ];
    for (const [origin, attempt] of sent) {
      await page.goto(origin);
      expect(await page.evaluate(send, attempt)).toMatch(/^403 .*This port answers only to localhost/);
    }
    expect(await texts()).toEqual(['Made by a program']);
    await page.close();
  });

  it('of a front end on this machine signs in with cookies and calls the API, as before', async () => {
    const frontEnd = await openFrontEnd(browser, 'localhost');
    const credentials = JSON.stringify({ email: EMAIL, password: 'correct-horse', name: 'Ann' });
    const signUp = {
      url: `${stack.authUrl}/api/auth/sign-up/email`,
      init: {
        method: 'POST',
        credentials: 'include',
        headers: { 'content-type': 'application/json' },
        body: credentials,
      },
    };
    expect(await frontEnd.page.evaluate(send, signUp)).toMatch(/^200 /);
    const tokenReply = await frontEnd.page.evaluate(send, {
      url: `${stack.authUrl}/api/auth/token`,
      init: { credentials: 'include' },
    });
    const { token } = JSON.parse(tokenReply.replace(/^200 /, ''));
    const list = await frontEnd.call(`${stack.apiUrl}${PATH}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(list).toMatchObject({ status: 200, body: [{ id: recordId, [textField]: 'Made by a program' }] });
    await frontEnd.stop();
  });
});

/** Runs in the page. Gives what a script there can see. */
async function send({ url, init }: PageAttempt): Promise<string> {
  try {
    const reply = await fetch(url, init as RequestInit);
    return `${reply.status} ${await reply.text()}`;
  } catch (error) {
    return String(error);
  }
}
