import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../offline-gateway/conformance/free-ports.ts';
import { LOOPBACK, listenOn, requireFreePorts } from './ports.ts';

const open: Server[] = [];

async function occupy(port: number, host: string): Promise<void> {
  const server = createServer();
  open.push(server);
  await listenOn(server, { port, host, purpose: 'a stranger', variable: 'NONE' });
}

const claim = (port: number) => ({ port, purpose: 'the API', variable: 'API_PORT' });

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

describe('requireFreePorts', () => {
  it('lets a free port pass and leaves it free', async () => {
    const [port = 0] = await freePorts(1);
    await requireFreePorts([claim(port)], 0);
    await expect(requireFreePorts([claim(port)], 0)).resolves.toBeUndefined();
  });

  it.each([LOOPBACK, '::1', '0.0.0.0'])(
    'names port, owner and variable when a stranger listens on %s',
    async (host) => {
      const [port = 0] = await freePorts(1);
      await occupy(port, host);
      await expect(requireFreePorts([claim(port)], 0)).rejects.toThrow(
        `Port ${port} is in use, so the API cannot start. Stop the program that listens there, or set API_PORT to another port.`,
      );
    },
  );

  it('waits for a stack that is just letting go', async () => {
    const [port = 0] = await freePorts(1);
    await occupy(port, LOOPBACK);
    setTimeout(() => open[0]?.close(), 150);
    await expect(requireFreePorts([claim(port)], 2000)).resolves.toBeUndefined();
  });

  it('says so when two settings ask for the same port', async () => {
    const claims = [claim(4000), { port: 4000, purpose: 'the sign-in server', variable: 'AUTH_PORT' }];
    await expect(requireFreePorts(claims)).rejects.toThrow(
      'Port 4000 is given to both the API and the sign-in server. Set API_PORT or AUTH_PORT to another port.',
    );
  });
});
