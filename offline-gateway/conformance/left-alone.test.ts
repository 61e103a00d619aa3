import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { send } from './client.ts';
import { startOffline } from './offline.ts';

it('a service without http events is left alone', async () => {
  const offline = await startOffline({ service: join(import.meta.dirname, '../fixtures/http-api-only') });
  try {
    expect((await send(offline.url, '/nowhere')).status).toBe(404);
    expect((await send(offline.url, '/http-api')).json()).toMatchObject({ version: '2.0' });
    expect(offline.output()).not.toContain('offline-gateway');
  } finally {
    await offline.stop();
  }
}, 60_000);
