import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { makeApi } from '../support/api.ts';

describe('getHealth', () => {
  it('says that the service is up and which release it is', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const { status, json } = await makeApi().call('getHealth');
    expect({ status, json }).toEqual({ status: 200, json: { status: 'ok', version } });
  });
});
