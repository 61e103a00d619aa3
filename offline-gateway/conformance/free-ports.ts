import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give out themselves. */
const FIRST = 20_000;
const COUNT = 12_000;

/**
 * Where the search goes on. It starts anywhere, because other test processes look for ports at the same time. A free port
 * stays free only until a process listens there.
 */
let next = randomInt(COUNT);

/** Ports that nothing listens on, for processes which must be told their port. No call gets the same port again. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = FIRST + (next++ % COUNT);
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/** `localhost` may mean `::1`, which a machine may not have. */
async function isFree(port: number): Promise<boolean> {
  return (
    (await findProblem(port, '127.0.0.1')) === undefined && (await findProblem(port, '::1')) !== 'EADDRINUSE'
  );
}

/** The code of the error that listening there ends with. */
function findProblem(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  return new Promise((tried) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => tried(code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => tried(undefined)));
  });
}
