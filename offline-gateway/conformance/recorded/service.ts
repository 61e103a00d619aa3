import { join } from 'node:path';
import { type Offline, startOffline, type Versions } from '../offline.ts';
import { checkReply, type RecordedFact, type Setting } from './fact.ts';
import { ask } from './socket.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Asks recorded facts of `serverless offline`, one server per setting. */
export interface RecordedService {
  /** Rejects where the service differs from the recording. */
  readonly check: (fact: RecordedFact) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts both settings at once. */
export async function startRecorded({
  withPlugin,
  versions,
}: {
  readonly withPlugin: boolean;
  readonly versions?: Versions;
}): Promise<RecordedService> {
  const start = (setting: Setting) =>
    startOffline({
      service: join(versions?.fixtures ?? FIXTURES, 'recorded'),
      env: { OFFLINE_GATEWAY: withPlugin ? 'on' : 'off', RECORDED: setting },
      ...(versions && { versions }),
    });
  const [plain, configured] = await Promise.all([start('plain'), start('configured')]);
  const servers: Readonly<Record<Setting, Offline>> = { plain, configured };
  return {
    check: async (fact) => checkReply(await ask(servers[fact.setting].url, fact.request), fact.expected),
    stop: async () => {
      await Promise.all([plain.stop(), configured.stop()]);
    },
  };
}
