import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { requireOperation } from '../../support/operations.ts';
import { authorizationOf } from '../../support/tokens.ts';
import type { Answer, Call, CallOptions } from './checker.ts';

/** Asks an API over HTTP, over as many kept connections as calls are under way. */
export function makeHttpCall(url: string): Call & { readonly close: () => void } {
  const agent = new Agent({ keepAlive: true });
  const authorizations = new Map<string, string>();
  const authorize = (user: string) => {
    const known = authorizations.get(user) ?? authorizationOf(user);
    authorizations.set(user, known);
    return known;
  };
  const call: Call = (operationId, { user, ...options }) =>
    send(url, agent, { operationId, authorization: authorize(user), ...options });
  return Object.assign(call, { close: () => agent.destroy() });
}

type Sent = Omit<CallOptions, 'user'> & { readonly operationId: string; readonly authorization: string };

async function send(url: string, agent: Agent, sent: Sent): Promise<Answer> {
  const { method, path } = requireOperation(sent.operationId);
  const query = sent.query ? `?${new URLSearchParams(sent.query)}` : '';
  const target = `${url}${sent.path ?? path.replace(/\{\w+\}/, encodeURIComponent(sent.id ?? ''))}${query}`;
  const body = sent.body === undefined ? undefined : JSON.stringify(sent.body);
  const headers = {
    authorization: sent.authorization,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }),
    ...sent.headers,
  };
  return new Promise((answered, failed) => {
    const outgoing = request(target, { method, agent, headers }, async (response) => {
      try {
        const content = await text(response);
        answered({
          status: response.statusCode ?? 0,
          headers: response.headers as Answer['headers'],
          json: content === '' ? undefined : JSON.parse(content),
        });
      } catch (error) {
        failed(error);
      }
    });
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
