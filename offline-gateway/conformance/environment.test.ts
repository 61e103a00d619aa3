import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { send } from './client.ts';
import { type Offline, startOffline } from './offline.ts';

const SERVICE = join(import.meta.dirname, '../fixtures/environment');
/** Variables of the process that started `serverless offline`, which no function was given. */
const OF_THE_SHELL = { SHELL_ONLY: 'from the shell', TABLE: 'from the shell' };

describe.each([
  ['worker threads', []],
  ['in process', ['--useInProcess']],
])('the environment of a function, %s', (_runner, args) => {
  let offline: Offline;
  beforeAll(async () => {
    offline = await startOffline({ service: SERVICE, args, env: OF_THE_SHELL });
  }, 60_000);
  afterAll(() => offline?.stop());
  const look = async (path: string) => {
    const { status, body } = await send(offline.url, path);
    expect([status, body]).toEqual([200, expect.stringContaining('names')]);
    return JSON.parse(body);
  };

  it('has its own variables, when its module is loaded and later, also for calls at the same time', async () => {
    const [alpha, beta] = await Promise.all([look('/alpha'), look('/beta')]);
    expect(alpha).toMatchObject({
      atImport: 'alphas',
      later: 'alphas',
      captured: 'alphas',
      has: true,
      type: 'string',
    });
    expect(beta).toMatchObject({ atImport: null, later: null, captured: null, has: false });
  });

  it('is separate for ES modules that functions share', async () => {
    const [gamma, delta] = await Promise.all([look('/gamma'), look('/delta')]);
    expect(gamma).toMatchObject({ atImport: 'gammas', later: 'gammas', lazily: 'gammas' });
    expect(delta).toMatchObject({ atImport: 'deltas', later: 'deltas', lazily: 'deltas' });
  });

  it.each(['/alpha', '/beta', '/gamma', '/delta'])(
    'of %s has no variable of the shell or of another function',
    async (path) => {
      await Promise.all(['/alpha', '/beta', '/gamma', '/delta'].map(look));
      const { names } = await look(path);
      const own = names.filter((name: string) => !/^(AWS_|LAMBDA_|_HANDLER$)/.test(name));
      const ofLambda = ['IS_OFFLINE', 'LANG', 'LD_LIBRARY_PATH', 'NODE_PATH', 'PATH', 'SHARED'];
      const given: Record<string, string[]> = {
        '/alpha': ['NUMBER', 'TABLE', 'WRITTEN'],
        '/beta': ['QUEUE'],
        '/gamma': ['TABLE'],
        '/delta': ['TABLE'],
      };
      expect(own).toEqual([...ofLambda, ...(given[path] ?? [])].sort());
    },
  );

  it('of a Python function has no variable of the shell', async () => {
    const { later, names } = await look('/python');
    expect(later).toBe('pythons');
    expect(names).toContain('SHARED');
    expect(names).not.toContain('SHELL_ONLY');
  });
});
