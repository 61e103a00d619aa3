import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../support/issuer.ts';
import { fetchKeySet as fetchWithin, KeySetFetchFailed } from './fetch-key-set.ts';
import type { Get } from './get.ts';

const KEYS = [{ kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'k', alg: 'EdDSA' }];

const fetchKeySet = (url: URL, get?: Get, timeoutMs = 2000) => fetchWithin(url, { timeoutMs, get });

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

async function issuer(handle: RequestListener) {
  const started = await startIssuer(handle);
  stops.push(started.stop);
  return started;
}

async function reasonOf(fetching: Promise<unknown>): Promise<string> {
  try {
    await fetching;
    return 'fetched';
  } catch (error) {
    if (error instanceof KeySetFetchFailed && error.code === 'key_set_fetch_failed') return error.message;
    throw error;
  }
}

describe('fetchKeySet', () => {
  it('gets the keys, asking for JSON on a connection of its own', async () => {
    const { url, requests } = await issuer((_request, response) =>
      response.end(JSON.stringify({ keys: KEYS })),
    );
    expect(await fetchKeySet(url)).toEqual(KEYS);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers).toMatchObject({
      accept: 'application/json',
      'accept-encoding': 'identity',
      connection: 'close',
    });
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
    expect(requests[0]?.headers).not.toHaveProperty('cookie');
  });

  it('asks for redirects to be left to it', async () => {
    const asked: string[] = [];
    const get: Get = async (_url, { redirect }) => {
      asked.push(redirect);
      return new Response('{"keys":[]}') as never;
    };
    await fetchKeySet(new URL('https://auth.example.com/jwks'), get);
    expect(asked).toEqual(['manual']);
  });

  it('reads UTF-8 that arrives in pieces', async () => {
    const body = Buffer.from(JSON.stringify({ keys: [{ kid: 'klíč-🦊' }] }));
    const { url } = await issuer(async (_request, response) => {
      for (const byte of body) response.write(Buffer.of(byte));
      response.end();
    });
    expect(await fetchKeySet(url)).toEqual([{ kid: 'klíč-🦊' }]);
  });

  it.each([
    ['404, as Better Auth with jwks.remoteUrl', 404, '{"keys":[]}'],
    ['500', 500, '{"keys":[]}'],
    ['204', 204, ''],
    ['201 with keys', 201, '{"keys":[]}'],
    ['304 without an address', 304, ''],
  ])('takes an answer of %s for an outage', async (_name, status, body) => {
    const { url } = await issuer((_request, response) => response.writeHead(status).end(body || undefined));
    expect(await reasonOf(fetchKeySet(url))).toBe(`the issuer answered ${status}`);
  });

  it.each([
    ['a web page', '<html>'],
    ['another JSON', '{"error":"x"}'],
    ['nothing', ''],
  ])('takes %s for an outage', async (_name, body) => {
    const { url } = await issuer((_request, response) => response.end(body));
    expect(await reasonOf(fetchKeySet(url))).toBe('the answer is not a JSON Web Key Set');
  });

  it('reads an answer of exactly 64 KB and not one of a byte more', async () => {
    let size = 64 * 1024;
    const { url } = await issuer((_request, response) => response.end('{"keys":[]}'.padEnd(size)));
    expect(await fetchKeySet(url)).toEqual([]);
    size += 1;
    expect(await reasonOf(fetchKeySet(url))).toBe('the answer is larger than 64 KB');
  });

  /** An answer whose body records when it is cancelled, and whether it was read. */
  function bodyOf(status: number, headers: Record<string, string> = {}) {
    const seen = { cancelled: false };
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: () => {
        seen.cancelled = true;
      },
    });
    return { seen, fetch: (async () => new Response(body, { status, headers })) as typeof fetch };
  }

  it.each([
    ['an error', 500, {}, 'the issuer answered 500'],
    ['a redirect elsewhere', 302, { location: 'https://evil.example/' }, 'redirected to another origin'],
    ['more than 64 KB', 200, {}, 'the answer is larger than 64 KB'],
    [
      'a compressed answer',
      200,
      { 'content-encoding': 'br' },
      'the answer is compressed although that was not asked for',
    ],
  ])(
    'lets go of the body of %s, which would hold its connection open',
    async (_name, status, headers, reason) => {
      const { seen, fetch } = bodyOf(status, headers);
      expect(await reasonOf(fetchKeySet(new URL('https://auth.example.com/jwks'), fetch))).toBe(reason);
      expect(seen.cancelled).toBe(true);
    },
  );

  it('names a compressed answer although it has no body', async () => {
    const fetch = (async () =>
      new Response(null, { headers: { 'content-encoding': 'br' } })) as typeof globalThis.fetch;
    expect(await reasonOf(fetchKeySet(new URL('https://auth.example.com/jwks'), fetch))).toBe(
      'the answer is compressed although that was not asked for',
    );
  });

  it('takes an answer without a body for an outage', async () => {
    const fetch = (async () => new Response(null)) as typeof globalThis.fetch;
    expect(await reasonOf(fetchKeySet(new URL('https://auth.example.com/jwks'), fetch))).toBe(
      'the answer is not a JSON Web Key Set',
    );
  });

  it('stops reading an endless answer', async () => {
    let closed: () => void = () => {};
    const wasClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { url } = await issuer((_request, response) => {
      response.on('close', closed);
      const pump = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    });
    expect(await reasonOf(fetchKeySet(url))).toBe('the answer is larger than 64 KB');
    await wasClosed;
  });

  it('decompresses nothing, so that a small answer cannot become a large one', async () => {
    const { gzipSync } = await import('node:zlib');
    const { url } = await issuer((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"keys":[]}')),
    );
    expect(await reasonOf(fetchKeySet(url))).toBe('the answer is compressed although that was not asked for');
  });

  it('takes an answer that says it is not compressed', async () => {
    const { url } = await issuer((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'identity' }).end('{"keys":[]}'),
    );
    expect(await fetchKeySet(url)).toEqual([]);
  });

  it('takes a refused connection for an outage', async () => {
    const { url, stop } = await startIssuer(() => {});
    await stop();
    expect(await reasonOf(fetchKeySet(url))).toBe('no connection');
  });

  it('takes a connection that breaks in the middle for an outage', async () => {
    const { url } = await issuer((_request, response) => {
      response.write('{"keys":');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await reasonOf(fetchKeySet(url))).toBe('no connection');
  });

  describe('redirects', () => {
    it.each([301, 302, 303, 307, 308])('follows %d within the origin', async (status) => {
      const { url, requests } = await issuer((request, response) => {
        if (request.url === '/jwks') response.writeHead(status, { location: 'keys?x=1' }).end();
        else response.end(JSON.stringify({ keys: KEYS }));
      });
      expect(await fetchKeySet(url)).toEqual(KEYS);
      expect(requests.map((request) => request.url)).toEqual(['/jwks', '/keys?x=1']);
    });

    it('follows one that has no body', async () => {
      const answers = [
        new Response(null, { status: 302, headers: { location: '/keys' } }),
        Response.json({ keys: KEYS }),
      ];
      const fetch = (async () => answers.shift()) as typeof globalThis.fetch;
      expect(await fetchKeySet(new URL('https://auth.example.com/jwks'), fetch)).toEqual(KEYS);
    });

    it('never goes to another origin', async () => {
      const evil = await issuer((_request, response) => response.end(JSON.stringify({ keys: KEYS })));
      for (const location of [`${evil.origin}/jwks`, `//${new URL(evil.origin).host}/jwks`]) {
        const { url } = await issuer((_request, response) => response.writeHead(302, { location }).end());
        expect(await reasonOf(fetchKeySet(url))).toBe('redirected to another origin');
      }
      expect(evil.requests).toEqual([]);
    });

    it('never changes the scheme', async () => {
      const { url, origin } = await issuer((_request, response) =>
        response.writeHead(302, { location: `${origin.replace('http:', 'https:')}/jwks` }).end(),
      );
      expect(await reasonOf(fetchKeySet(url))).toBe('redirected to another origin');
    });

    it('follows three and no more', async () => {
      const hops = async (count: number) => {
        const { url, requests } = await issuer((request, response) => {
          const hop = Number(new URL(String(request.url), 'http://x').searchParams.get('hop'));
          if (hop < count) response.writeHead(302, { location: `/jwks?hop=${hop + 1}` }).end();
          else response.end(JSON.stringify({ keys: KEYS }));
        });
        return [await reasonOf(fetchKeySet(url)), requests.length];
      };
      expect(await hops(3)).toEqual(['fetched', 4]);
      expect(await hops(4)).toEqual(['too many redirects', 4]);
    });

    it.each([
      [200, 'fetched'],
      [400, 'the issuer answered 400'],
      [300, 'redirected to another origin'],
      [399, 'redirected to another origin'],
    ])('looks at the address of a %d only when it is a redirect', async (status, outcome) => {
      const { url } = await issuer((_request, response) =>
        response.writeHead(status, { location: 'https://evil.example/' }).end('{"keys":[]}'),
      );
      expect(await reasonOf(fetchKeySet(url))).toBe(outcome);
    });

    it('takes an address that is not valid for an outage', async () => {
      const { url } = await issuer((_request, response) =>
        response.writeHead(302, { location: 'http://[' }).end(),
      );
      expect(await reasonOf(fetchKeySet(url))).toBe('no connection');
    });
  });

  it('gives up after the time given when nothing comes, or only a part', async () => {
    const silent = await issuer(() => {});
    const stalled = await issuer((_request, response) => void response.write('{"keys":'));
    const dripping = await issuer((_request, response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    });
    const start = performance.now();
    const reasons = await Promise.all(
      [silent, stalled, dripping].map(({ url }) => reasonOf(fetchKeySet(url, undefined, 500))),
    );
    expect(reasons).toEqual(Array(3).fill('no answer within 500 ms'));
    expect(performance.now() - start).toBeGreaterThan(490);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
