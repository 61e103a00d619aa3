import { describe, expect, it } from '@jest/globals';
import { startEarlyGet } from './early-get.ts';
import type { Answer, Get } from './get.ts';

const URL_OF_SET = new URL('https://auth.example.com/api/auth/jwks');
const KEY_SET = { kind: 'url', url: URL_OF_SET, maxStaleMs: 0, timeoutMs: 1000 } as const;
const OPTIONS = { signal: AbortSignal.timeout(1000), headers: {}, redirect: 'manual' } as const;
const answerOf = (status: number): Answer => ({ status, headers: { get: () => null }, body: null });

/** Answers with 200, 201 and so on, and notes what was asked for. */
function counter() {
  const asked: string[] = [];
  const request: Get = async (url, { headers, redirect }) => {
    expect(redirect).toBe('manual');
    asked.push(`${url.href} ${headers['accept'] ?? '-'}`);
    return answerOf(199 + asked.length);
  };
  return { asked, request };
}

describe('the early request', () => {
  it('is made at once, and its answer is the first that is asked for', async () => {
    const { asked, request } = counter();
    const { get, isOnItsWay } = startEarlyGet({ keySet: KEY_SET, sharedSecret: undefined }, request);
    expect(asked).toEqual([`${URL_OF_SET.href} application/json`]);
    await isOnItsWay;
    expect(await get(URL_OF_SET, OPTIONS)).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(1);
  });

  it('answers once, and only for its own address', async () => {
    const { asked, request } = counter();
    const { get } = startEarlyGet({ keySet: KEY_SET, sharedSecret: undefined }, request);
    const elsewhere = new URL('/moved', URL_OF_SET);
    expect(await get(elsewhere, OPTIONS)).toMatchObject({ status: 201 });
    expect(await get(URL_OF_SET, OPTIONS)).toMatchObject({ status: 202 });
    expect(asked).toHaveLength(3);
  });

  it('tells its failure to who asks, and to no one else', async () => {
    const refused: Get = () => Promise.reject(new Error('refused'));
    const { get, isOnItsWay } = startEarlyGet({ keySet: KEY_SET, sharedSecret: undefined }, refused);
    await isOnItsWay;
    await expect(get(URL_OF_SET, OPTIONS)).rejects.toThrow('refused');
  });

  it.each([
    ['a shared secret', { keySet: KEY_SET, sharedSecret: { secrets: ['x'], algorithm: 'HS256' } as const }],
    ['the keys themselves', { keySet: { kind: 'inline', keys: [] } as const, sharedSecret: undefined }],
    ['no key set', { keySet: undefined, sharedSecret: undefined }],
  ])('is not made with %s', async (_name, config) => {
    const { asked, request } = counter();
    const { get, isOnItsWay } = startEarlyGet(config, request);
    await isOnItsWay;
    expect(asked).toEqual([]);
    expect(await get(URL_OF_SET, OPTIONS)).toMatchObject({ status: 200 });
  });
});
