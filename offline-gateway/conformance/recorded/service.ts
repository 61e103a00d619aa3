import { join } from 'node:path';
import { type Offline, startOffline } from '../offline.ts';
import { checkReply, type RecordedFact, type Setting } from './fact.ts';
import { ask } from './socket.ts';

const SERVICE = join(import.meta.dirname, '../../fixtures/recorded');

/** Asks recorded facts of `serverless offline`, one server per setting. */
export interface RecordedService {
  /** Rejects where the service differs from the recording. */
  readonly check: (fact: RecordedFact) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts both settings at once. */
export async function startRecorded({
  withPlugin,
}: {
  readonly withPlugin: boolean;
}): Promise<RecordedService> {
  const start = (setting: Setting) =>
    startOffline({
      service: SERVICE,
      env: { OFFLINE_GATEWAY: withPlugin ? 'on' : 'off', RECORDED: setting },
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
