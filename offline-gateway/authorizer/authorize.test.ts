import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { openExchange } from '../exchange/exchange.ts';
import type { Invocation } from '../functions/pool.ts';
import type { Reporter } from '../report.ts';
import { buildAuthorizer } from '../service/authorizer-definition.ts';
import { readSettings } from '../settings.ts';
import { makeAuthorize } from './authorize.ts';
import type { Grant } from './outcome.ts';
import { makeResultCache } from './result-cache.ts';

const API = {
  region: 'eu-central-1',
  accountId: '123456789012',
  apiId: 'abcdefghij',
  stage: 'dev',
  basePath: '',
  stageVariables: null,
  isTls: false,
};

/** @param answer gives the authorizer's answer to its event. */
function setup(answer: (event: { methodArn: string }) => unknown, custom: object = {}) {
  const said: string[] = [];
  const clock = { ms: 0 };
  const calls: unknown[] = [];
  const reporter: Reporter = {
    notice: () => undefined,
    warning: (text) => said.push(text),
    once: (_key, text) => said.push(text),
    hasSaid: () => false,
  };
  const settings = readSettings(custom);
  const authorizer = buildAuthorizer(
    'auth',
    { identitySource: 'method.request.header.Authorization', resultTtlInSeconds: 300 },
    { settings, reporter },
  );
  const authorize = makeAuthorize({
    async invoke(_functionKey, event): Promise<Invocation> {
      calls.push(event);
      await Promise.resolve();
      const returned = answer(event as { methodArn: string });
      return returned instanceof Error ? { failed: returned } : { returned };
    },
    cache: makeResultCache<Grant>({ maximum: 10, now: () => clock.ms }),
    isCaching: true,
    settings,
    reporter,
    now: () => clock.ms,
  });
  return {
    said,
    calls,
    clock,
    ask: (url: string, token = 'x') => authorize(authorizer, exchangeFor(url, token)),
  };
}

function exchangeFor(url: string, authorization: string) {
  const req = { url, method: 'GET', headers: { authorization }, rawHeaders: [], socket: {} };
  return openExchange(req as unknown as IncomingMessage, API);
}

const allow = (resource: string) => ({
  principalId: 'user-1',
  policyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: resource } },
});

describe('authorizing', () => {
  it('calls once for requests at the same time with one identity, and once more for another', async () => {
    const { ask, calls } = setup(() => allow('*'));
    await Promise.all([ask('/a'), ask('/b'), ask('/c'), ask('/a', 'y')]);
    expect(calls).toHaveLength(2);
  });

  it('calls again when the time to live is over, to the millisecond', async () => {
    const { ask, calls, clock } = setup(() => allow('*'));
    for (const ms of [0, 299_999, 300_000]) {
      clock.ms = ms;
      await ask('/a');
    }
    expect(calls).toHaveLength(2);
  });

  it('shares a failure with those who wait for it and with no later request', async () => {
    const { ask, calls } = setup(() => new Error('away'));
    const waiting = await Promise.all([ask('/a'), ask('/b')]);
    expect(waiting.map((decision) => decision.allowed)).toEqual([false, false]);
    expect(calls).toHaveLength(1);
    await ask('/a');
    expect(calls).toHaveLength(2);
  });

  it('names the narrow policy after a cached denial that a fresh call would not give', async () => {
    const { ask, said, calls } = setup(({ methodArn }) => allow(methodArn));
    await ask('/a');
    const refused = await ask('/b');
    expect(refused).toMatchObject({ allowed: false, error: { type: 'ACCESS_DENIED' } });
    expect(calls).toHaveLength(1);
    await (refused.allowed ? undefined : refused.afterwards?.());
    expect(said).toEqual([expect.stringContaining('CACHED NARROW POLICY: GET /b')]);
  });

  it('says nothing of a denial that a fresh call would give as well, nor of a fresh one', async () => {
    const { ask, said } = setup(() => allow('arn:aws:execute-api:*:*:*/dev/GET/a'));
    const fresh = await ask('/b', 'y');
    expect(fresh).not.toHaveProperty('afterwards');
    await ask('/a');
    const refused = await ask('/b');
    await (refused.allowed ? undefined : refused.afterwards?.());
    expect(said).toEqual([]);
  });

  it('warns of a policy with a clock in it, and evaluates it on every request', async () => {
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { NumericLessThan: { 'aws:EpochTime': '1' } },
    };
    const { ask, said } = setup(() => ({ ...allow('*'), policyDocument: { Statement: statement } }));
    expect((await ask('/a')).allowed).toBe(false);
    expect(said.join()).toContain('asks for the time');
  });

  it('refuses a methodArn above 1600 bytes before any call', async () => {
    const { ask, calls } = setup(() => allow('*'));
    expect(await ask(`/${'a'.repeat(1600)}`)).toMatchObject({ error: { status: 414 } });
    expect(calls).toEqual([]);
  });

  it.each([
    ['raw by default', {}, '/GET/p/a%2Fb/'],
    ['decoded and without the last slash when asked', { rawPathInMethodArn: false }, '/GET/p/a/b'],
  ])('has the path in methodArn %s, with a warning', async (_name, custom, end) => {
    const { ask, calls, said } = setup(() => allow('*'), custom);
    await ask('/p/a%2Fb/');
    expect(calls).toEqual([
      { type: 'TOKEN', methodArn: expect.stringMatching(`${end}$`), authorizationToken: 'x' },
    ]);
    expect(said).toEqual([expect.stringContaining('rawPathInMethodArn')]);
  });
});
