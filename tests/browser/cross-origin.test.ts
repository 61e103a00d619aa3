import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startChromium } from '../../support/chromium.ts';
import { findMarkedBody } from '../../support/operations.ts';
import { EXAMPLE } from '../../support/resources.ts';
import { type RunningStack, startStack } from '../../support/stack.ts';
import { describeInBrowser, SLOW_MS } from './chromium.ts';
import { type FrontEnd, openFrontEnd, type PageRequest } from './front-end.ts';

jest.setTimeout(SLOW_MS);
/** More than the other tests need for one user, and few enough to use up. */
const RATE_LIMIT = 100;
const { path: PATH, kind, create, textField } = EXAMPLE;
const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

describeInBrowser('a page on another origin', () => {
  let browser: Browser;
  let stack: RunningStack;
  let frontEnd: FrontEnd;
  let token: string;

  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({ env: { RATE_LIMIT_PER_MINUTE: String(RATE_LIMIT) } }),
      startChromium(),
    ]);
    frontEnd = await openFrontEnd(browser);
    token = await stack.token('ann@example.com');
  }, SLOW_MS);

  afterAll(async () => {
    await frontEnd?.stop();
    await browser?.close();
    await stack?.stop();
  });

  const call = (path: string, { headers, ...request }: PageRequest = {}) =>
    frontEnd.call(stack.apiUrl + path, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...request,
    });
  const createRecord = (text: string) => call(PATH, { method: 'POST', json: findMarkedBody(create, text) });
  const idOf = ({ body }: { body: unknown }): string => (body as { id: string }).id;

  it('is on another origin indeed', () => {
    expect(new URL(frontEnd.page.url()).origin).not.toBe(new URL(stack.apiUrl).origin);
  });

  it('reads a 201 with its Location and ETag', async () => {
    const { status, body, headers } = await createRecord('Buy milk');
    expect({ status, body }).toMatchObject({ status: 201, body: { [textField]: 'Buy milk' } });
    expect(headers['location']).toBe(`${stack.apiUrl}${PATH}/${idOf({ body })}`);
    expect(headers['etag']).toMatch(/^"/);
  });

  it('reads a 200 with its ETag', async () => {
    const created = await createRecord('Pay the rent');
    const { status, body, headers } = await call(`${PATH}/${idOf(created)}`);
    expect([status, body, headers['etag']]).toEqual([200, created.body, created.headers['etag']]);
  });

  it('reads a list and the Link to its next page, and can follow it', async () => {
    await createRecord('First');
    await createRecord('Second');
    const { status, body, headers } = await call(`${PATH}?limit=1`);
    expect([status, body]).toEqual([200, [expect.objectContaining({ [textField]: expect.any(String) })]]);
    const next = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1] ?? '';
    const second = await frontEnd.call(next, { headers: { authorization: `Bearer ${token}` } });
    expect([second.status, second.body]).toEqual([200, [expect.not.objectContaining({ id: UNKNOWN_ID })]]);
  });

  it.each([
    [
      'a missing header',
      () => frontEnd.call(`${stack.apiUrl}${PATH}`),
      'missing_token',
      'Authorization header missing',
    ],
    [
      'a token that is not valid',
      () => call(PATH, { headers: { authorization: 'Bearer abc' } }),
      'not_a_jwt',
      expect.stringContaining('Ask /api/auth/token'),
    ],
    [
      'a token somebody changed',
      () => call(PATH, { headers: { authorization: `Bearer ${withOtherUser(token)}` } }),
      'bad_signature',
      'The signature of the token does not match.',
    ],
  ])('reads the reason of a 401 for %s', async (_name, ask, code, detail) => {
    const { status, body, headers } = await ask();
    expect([status, body]).toEqual([401, expect.objectContaining({ status: 401, code, detail })]);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['www-authenticate']).toMatch(/^Bearer realm=/);
  });

  it.each([
    [
      `404 for a ${kind.name} that is not there`,
      () => call(`${PATH}/${UNKNOWN_ID}`),
      404,
      `${kind.name}_not_found`,
    ],
    [
      '422 for a body without what it needs',
      () => call(PATH, { method: 'POST', json: {} }),
      422,
      'invalid_request',
    ],
  ])('reads a %s', async (_name, ask, status, code) => {
    expect(await ask()).toMatchObject({ status, body: { status, code, requestId: expect.any(String) } });
  });

  it('reads a 404 for a route that is not there, when it asks without a preflight, which no such route answers', async () => {
    const ask = () => frontEnd.call(`${stack.apiUrl}/api/no-such-route`);
    expect(await ask()).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    await expect(call('/api/no-such-route')).rejects.toThrow('Failed to fetch');
  });

  it('reads a 412, and the ETag that would have done', async () => {
    const path = `${PATH}/${idOf(await createRecord('Water the plants'))}`;
    const change = { method: 'PATCH', json: { [textField]: 'Changed' } };
    const { headers } = await call(path, change);
    const stale = await call(path, { ...change, headers: { 'if-match': '"1"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale_version' } });
    expect(await call(path, { ...change, headers: { 'if-match': headers['etag'] ?? '' } })).toMatchObject({
      status: 200,
    });
  });

  it('reads a 429 with its Retry-After and what is left', async () => {
    const headers = { authorization: `Bearer ${await stack.token('bob@example.com')}` };
    const ask = () => frontEnd.call(`${stack.apiUrl}${PATH}`, { headers });
    // Twice as many as one minute allows, so that the turn of a minute between them changes nothing.
    const replies = await Promise.all(Array.from({ length: 2 * RATE_LIMIT + 1 }, ask));
    const refused = replies.find(({ status }) => status === 429);
    expect(refused).toMatchObject({ status: 429, body: { status: 429, code: 'too_many_requests' } });
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused?.headers['ratelimit']).toMatch(/;r=0;/);
  });

  it('sends one preflight per record, whatever it does with it, because the browser keeps the answer', async () => {
    const path = `${PATH}/${idOf(await createRecord('Count'))}`;
    const sent = () => frontEnd.preflights().filter((preflight) => preflight === `OPTIONS ${path}`).length;
    for (let time = 0; time < 5; time += 1) {
      await call(path);
      // Without If-Match: Chromium keeps no preflight of a conditional request.
      await call(path, { method: 'PATCH', json: { [textField]: `Turn ${time}` } });
    }
    expect(sent()).toBe(1);
    const { status } = await call(path, { method: 'DELETE' });
    expect([status, sent()]).toEqual([200, 1]);
  });
});

/** The token with another `sub` under the same signature. */
function withOtherUser(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
  return `${header}.${forged}.${signature}`;
}
