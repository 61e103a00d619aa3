import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** The status of the first answer, waiting a minute for one; `undefined` when there was none. */
export async function firstStatus(
  url: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const status = await findStatus(url, headers);
    if (status !== undefined) return status;
    await sleep(POLL_MS);
  }
  return undefined;
}

/** `undefined` while nothing answers. */
export async function findStatus(
  url: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  try {
    const reply = await fetch(url, { headers });
    await reply.arrayBuffer();
    return reply.status;
  } catch {
    return undefined;
  }
}
