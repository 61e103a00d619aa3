import { join } from 'node:path';
import { DidNotStart, type Offline, type OfflineOptions, startOffline, type Versions } from './offline.ts';
import { type Configuration, makeAsk, type Row } from './row.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** How `serverless offline` is run under the table. */
export interface Run {
  /** False: serverless-offline alone. */
  readonly withPlugin: boolean;
  readonly args?: readonly string[];
  readonly command?: 'start';
  readonly versions?: Versions;
}

/** Asks rows of real servers, one per configuration, started when first asked. */
export interface Table {
  /** Rejects where the service differs from AWS. */
  readonly check: (row: Row) => Promise<void>;
  /** Everything the servers printed. */
  readonly output: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

export function openTable(run: Run): Table {
  const servers = new Map<Configuration, Promise<Offline>>();
  const serverFor = (asked: Configuration) => {
    // Only serverless-offline alone needs a provider of somebody's own to invent an authorizer.
    const configuration = asked === 'open routes' && run.withPlugin ? 'default' : asked;
    const server = servers.get(configuration) ?? startOffline(optionsFor(configuration, run));
    server.catch(() => undefined);
    servers.set(configuration, server);
    return server;
  };
  const running = async () => {
    const settled = await Promise.allSettled(servers.values());
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  };
  return {
    async check(row) {
      if (row.configuration.startsWith('refused/')) return checkRefusal(serverFor(row.configuration), row);
      const { url } = await serverFor(row.configuration);
      await row.check(makeAsk(url, row.configuration === 'without stage' ? '' : '/dev'));
    },
    output: async () => (await running()).map((server) => server.output()).join('\n'),
    stop: async () => {
      await Promise.all((await running()).map((server) => server.stop()));
    },
  };
}

/** Passes when the plugin refused in the sentence of the row. */
async function checkRefusal(server: Promise<Offline>, row: Row): Promise<void> {
  try {
    await server;
  } catch (error) {
    if (error instanceof DidNotStart && row.refusal?.test(error.message)) return;
    throw error;
  }
  await row.check(() => Promise.reject(new Error('no server to ask')));
}

function optionsFor(configuration: Configuration, run: Run): OfflineOptions {
  const { withPlugin, args = [], command, versions } = run;
  const isOwnProvider = configuration === 'open routes' && !withPlugin;
  return {
    service: join(
      versions?.fixtures ?? FIXTURES,
      configuration.startsWith('refused/') ? configuration : 'conformance',
    ),
    env: {
      OFFLINE_GATEWAY: withPlugin ? 'on' : isOwnProvider ? 'provider' : 'off',
      WITHOUT_STAGE: String(configuration === 'without stage'),
    },
    args: [...args, ...(configuration === 'no auth' ? ['--noAuth'] : [])],
    ...(command && { command }),
    ...(versions && { versions }),
  };
}
