import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';

describe('the Runtime API of the benchmark', () => {
  let api: RuntimeApi;
  const url = (path: string) => `http://${api.address}/2018-06-01/runtime${path}`;
  const post = (path: string, body: unknown) =>
    fetch(url(path), { method: 'POST', body: JSON.stringify(body) });

  beforeEach(async () => {
    api = await startRuntimeApi({ question: 1 });
  });
  afterEach(() => api.stop());

  it('gives the event with its headers and takes the reply', async () => {
    const next = await fetch(url('/invocation/next'));
    expect(await next.json()).toEqual({ question: 1 });
    expect(Number(next.headers.get('lambda-runtime-deadline-ms'))).toBeGreaterThan(Date.now());
    await post(`/invocation/${next.headers.get('lambda-runtime-aws-request-id')}/response`, { answer: 2 });
    expect(await api.reply).toEqual({ answer: 2 });
  });

  it.each(['/invocation/8476a536/error', '/init/error'])('fails on a report to %s', async (path) => {
    const failure = expect(api.reply).rejects.toThrow('no such handler');
    await post(path, { errorMessage: 'no such handler' });
    await failure;
  });

  it('leaves a runtime that asks again without an answer', async () => {
    await fetch(url('/invocation/next'));
    const again = fetch(url('/invocation/next'), { signal: AbortSignal.timeout(100) });
    await expect(again).rejects.toThrow('timeout');
  });
});
