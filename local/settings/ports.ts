import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findErrorCode, LocalProblem } from './local-problem.ts';

/** A port the local stack listens on. */
export interface PortClaim {
  readonly port: number;
  /** What listens there, as the subject of a sentence: "the API". */
  readonly purpose: string;
  /** The variable that moves it. */
  readonly variable: string;
}

/** Where the stack listens unless a variable says otherwise. Front ends under development usually take none of these. */
export const DEFAULT_PORTS = {
  API_PORT: 4700,
  AUTH_PORT: 4701,
  DYNAMODB_PORT: 4702,
  LAMBDA_PORT: 4703,
} as const;

/** Every server listens on this address, so that no other machine on the network can reach it. */
export const LOOPBACK = '127.0.0.1';

/** `localhost` may mean this one too, and a stranger listening there would get our requests. */
const LOOPBACK_V6 = '::1';

/** Whether an address is on this machine. */
export function isLoopback(address: string): boolean {
  const hostname = URL.parse(address)?.hostname ?? '';
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** A stack that was stopped a moment ago may still hold its ports. */
const PATIENCE_MS = 1500;
const RETRY_MS = 100;

/** @throws {LocalProblem} a sentence that names the port, what wanted it and the variable, for the first port taken. */
export async function requireFreePorts(
  claims: readonly PortClaim[],
  patienceMs = PATIENCE_MS,
): Promise<void> {
  requireDistinct(claims);
  const deadline = Date.now() + patienceMs;
  await Promise.all(claims.map((claim) => requireFree(claim, deadline)));
}

function requireDistinct(claims: readonly PortClaim[]): void {
  for (const [index, claim] of claims.entries()) {
    const other = claims.slice(0, index).find(({ port }) => port === claim.port);
    if (other === undefined) continue;
    throw new LocalProblem(
      `Port ${claim.port} is given to both ${other.purpose} and ${claim.purpose}. Set ${other.variable} or ${claim.variable} to another port.`,
    );
  }
}

async function requireFree(claim: PortClaim, deadline: number): Promise<void> {
  for (;;) {
    const problem = await findProblem(claim);
    if (problem === undefined) return;
    if (Date.now() >= deadline) throw problem;
    await sleep(RETRY_MS);
  }
}

async function findProblem(claim: PortClaim): Promise<unknown> {
  const problem = await tryListening({ ...claim, host: LOOPBACK });
  if (problem !== undefined) return problem;
  const elsewhere = await tryListening({ ...claim, host: LOOPBACK_V6 });
  return elsewhere instanceof LocalProblem ? elsewhere : undefined; // a machine may have no IPv6 at all
}

async function tryListening(claim: PortClaim & { readonly host: string }): Promise<unknown> {
  const probe = createServer();
  try {
    await listenOn(probe, claim);
  } catch (error) {
    return error;
  }
  await new Promise((closed) => probe.close(closed));
  return undefined;
}

/** The one sentence for a port that is taken. */
function portInUse({ port, purpose, variable }: PortClaim): LocalProblem {
  return new LocalProblem(
    `Port ${port} is in use, so ${purpose} cannot start. Stop the program that listens there, or set ${variable} to another port.`,
  );
}

/**
 * Listens, on the loopback address unless told otherwise; port 0 means any.
 *
 * @returns the port.
 * @throws {LocalProblem} when the port is taken or needs privileges.
 */
export async function listenOn(
  server: Server,
  claim: PortClaim & { readonly host?: string },
): Promise<number> {
  await new Promise<void>((listening, failed) => {
    server.once('error', (error) => failed(explain(error, claim)));
    server.listen({ port: claim.port, host: claim.host ?? LOOPBACK, exclusive: true }, listening);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : claim.port;
}

function explain(error: Error, claim: PortClaim): Error {
  const code = findErrorCode(error);
  if (code === 'EADDRINUSE') return portInUse(claim);
  if (code !== 'EACCES') return error;
  return new LocalProblem(
    `The system does not let ${claim.purpose} use port ${claim.port}. Set ${claim.variable} to a port above 1023.`,
  );
}
