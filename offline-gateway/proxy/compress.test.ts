import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { makeCompress } from './compress.ts';

const TEXT = 'a todo '.repeat(200);
const replyOf = (body: string, headers: readonly (readonly [string, string])[] = []) => ({
  status: 200,
  headers,
  body,
});

describe('makeCompress', () => {
  it.each([
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'gzip', gunzipSync],
    ['br, Deflate;q=0.5', 'deflate', inflateSync],
    ['gzip;q=0, deflate', 'deflate', inflateSync],
  ] as const)('compresses for a client that accepts %j', async (accepted, coding, unpack) => {
    const { headers, body } = await makeCompress(1_024)(replyOf(TEXT), accepted);
    expect(headers).toEqual([['Content-Encoding', coding]]);
    expect(unpack(body as unknown as Buffer).toString()).toBe(TEXT);
  });

  it.each([undefined, '', '*', 'br', 'identity', 'gzip;q=0', 'gzip;q=0.000'])(
    'leaves the reply as it is for a client that accepts %j',
    async (accepted) => {
      const reply = replyOf(TEXT);
      expect(await makeCompress(1_024)(reply, accepted)).toBe(reply);
    },
  );

  it('leaves alone what is small, what is compressed already, and everything unless it is set', async () => {
    const small = replyOf('a'.repeat(1_023));
    expect(await makeCompress(1_024)(small, 'gzip')).toBe(small);
    const done = replyOf(TEXT, [['content-encoding', 'br']]);
    expect(await makeCompress(1_024)(done, 'gzip')).toBe(done);
    const reply = replyOf(TEXT);
    expect(await makeCompress(undefined)(reply, 'gzip')).toBe(reply);
  });

  it('compresses everything with a minimum of 0', async () => {
    expect((await makeCompress(0)(replyOf('a'), 'gzip')).headers).toEqual([['Content-Encoding', 'gzip']]);
  });
});
