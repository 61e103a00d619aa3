import { once } from 'node:events';
import { connect } from 'node:net';

const PATIENCE_MS = 30_000;

/** What the client does once everything is sent: wait for the answer, close its half of the connection, or reset it. */
export type Afterwards = 'waits' | 'ends' | 'resets';

/**
 * Sends bytes as they are, which no HTTP client would.
 *
 * @returns what was answered until the connection was closed; nothing after a reset.
 */
export async function sendBytes(url: string, bytes: Buffer, afterwards: Afterwards): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let reply = '';
  socket.on('data', (chunk) => {
    reply += chunk.toString('latin1');
  });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    if (afterwards === 'ends') socket.end(bytes);
    else socket.write(bytes);
    if (afterwards === 'resets') await resetAfter(socket);
    await once(socket, 'close');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
  } finally {
    socket.destroy();
  }
  return reply;
}

/** Long enough for the server to begin with the request. */
const RESET_AFTER_MS = 5;

async function resetAfter(socket: ReturnType<typeof connect>): Promise<void> {
  await new Promise((passed) => setTimeout(passed, RESET_AFTER_MS));
  socket.resetAndDestroy();
}
