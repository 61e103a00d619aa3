import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:http';
import { runAsFunction } from 'serverless-offline-gateway/instance';
import { guardPort, type PortRules } from '../settings/port-guard.ts';

/** Node's channel for servers that are about to listen. */
const LISTEN = 'tracing:net.server.listen:asyncStart';

interface AboutToListen {
  readonly server: unknown;
  readonly options: { readonly port?: string | number };
}

/** An Event invocation is not waited for, and a function may fail in a callback: both end the request alone. */
const RULES: PortRules = { localPages: 'refused', run: runAsFunction };

/**
 * Guards the port on which serverless-offline runs any function with any event, without asking who calls. That server
 * cannot be reached from outside, so it is caught when it begins to listen.
 */
export function guardLambdaPort(port: number): void {
  subscribe(LISTEN, (message) => {
    const { server, options } = message as AboutToListen;
    if (server instanceof Server && Number(options.port) === port) guardPort(server, RULES);
  });
}
