import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { requireFreeProvider, requireServerlessOffline } from './serverless-offline.ts';

const COPIES = join(import.meta.dirname, '.local');

describe('the start is refused', () => {
  it('when serverless.yml has an authentication provider of its own', () => {
    const custom = { offline: { customAuthenticationProvider: './mine.cjs' } };
    expect(() => requireFreeProvider(custom, '/ours.cjs')).toThrow(/only one provider can decide/);
    expect(() => requireFreeProvider({}, '/ours.cjs')).not.toThrow();
  });

  it('when serverless-offline is another major version', async () => {
    mkdirSync(COPIES, { recursive: true });
    const service = mkdtempSync(join(COPIES, 'version-'));
    const installed = join(service, 'node_modules/serverless-offline');
    mkdirSync(join(installed, 'src'), { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{"version":"15.0.0","main":"src/index.js"}');
    writeFileSync(join(installed, 'src/index.js'), '');
    try {
      await expect(requireServerlessOffline(service)).rejects.toThrow(
        /serverless-offline 14 and this is 15\.0\.0/,
      );
    } finally {
      rmSync(service, { recursive: true });
    }
  });

  it('when serverless-offline is not installed', async () => {
    await expect(requireServerlessOffline('/')).rejects.toThrow(/not installed/);
  });
});
