import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';
import { contract } from '../support/documented.ts';

const swaggerUi = (file: string) =>
  readFileSync(new URL(`../node_modules/swagger-ui-dist/${file}`, import.meta.url), 'utf8');

/** What stands between the tags of the element with this id, unpacked. */
function unpacked(page: string, id: string): string {
  const text = new RegExp(`<script type="text/plain" id="${id}">([^<]+)</script>`).exec(page)?.[1] ?? '';
  return gunzipSync(Buffer.from(text, 'base64')).toString('utf8');
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('getDocs', () => {
  it('is a page that holds Swagger UI as it was released', async () => {
    const { headers, body } = await makeApi().call('getDocs');
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(unpacked(body, 'code') === swaggerUi('swagger-ui-bundle.js')).toBe(true);
    expect(unpacked(body, 'style').startsWith(swaggerUi('swagger-ui.css'))).toBe(true);
  });

  it('asks no other server for anything, and lets run what it holds, by hash, and nothing else', async () => {
    const { headers, body } = await makeApi().call('getDocs');
    const loader = /<script>([^<]+)<\/script>/.exec(body)?.[1] ?? '';
    const policy = Object.fromEntries(
      (headers['Content-Security-Policy'] ?? '').split('; ').map((part) => part.split(/ (.*)/)),
    );
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': `${hashOf(loader)} ${hashOf(swaggerUi('swagger-ui-bundle.js'))}`,
      'style-src': hashOf(unpacked(body, 'style')),
      'img-src': 'data:',
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(unpacked(body, 'style').slice(swaggerUi('swagger-ui.css').length)).not.toMatch(/url|@import/i);
    expect(body.replace(/<!--.*?-->/g, '')).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('fits what API Gateway and Lambda carry as text', async () => {
    const { body } = await makeApi().call('getDocs');
    expect(Buffer.byteLength(body)).toBeLessThan(1_000_000);
  });
});

describe('getOpenApi', () => {
  it('is openapi.yml as JSON, with the API it was asked from as its server', async () => {
    const { json } = await makeApi().call('getOpenApi', { stage: '/dev' });
    const servers = [{ url: 'https://api.example.com/dev', description: 'This API' }];
    expect(json).toEqual({ ...contract, servers });
  });
});

describe.each(['getDocs', 'getOpenApi'])('%s', (operationId) => {
  it('is kept by browsers, which get it again when it has changed', async () => {
    const { call } = makeApi();
    const { headers } = await call(operationId);
    expect(headers['Cache-Control']).toBe('no-cache');
    const etag = headers['ETag'] ?? '';
    const again = await call(operationId, { headers: { 'If-None-Match': `W/${etag}` } });
    expect({ status: again.status, body: again.body, etag: again.headers['ETag'] }).toEqual({
      status: 304,
      body: '',
      etag,
    });
    expect((await call(operationId, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
  });
});
