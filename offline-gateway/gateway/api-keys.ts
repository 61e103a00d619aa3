import { createHash } from 'node:crypto';
import { type Exchange, findHeader } from '../exchange/exchange.ts';
import type { Serverless } from '../framework.ts';
import { asList, findText, isRecord } from '../values.ts';

/** GW-448: whether the request to a `private` method carries a known key. Sets `exchange.apiKey`. */
export type HasApiKey = (exchange: Exchange, usageIdentifierKey: string | undefined) => boolean;

/**
 * Reads `provider.apiGateway.apiKeys`. Keys without a value get one from AWS at deployment; here the service gets one
 * made-up key, written back so that serverless-offline knows the same.
 *
 * @param announce is told the made-up key.
 */
export function readApiKeys(service: Serverless['service'], announce: (key: string) => void): HasApiKey {
  const { apiGateway } = service.provider;
  const given = asList(apiGateway?.['apiKeys']);
  const keys = new Set(given.flatMap(readValues));
  if (keys.size === 0 && hasPrivateMethod(service)) {
    const value = createHash('sha256').update(service.service).digest('hex').slice(0, 40);
    service.provider.apiGateway = { ...apiGateway, apiKeys: [...given, { name: 'offline', value }] };
    keys.add(value);
    announce(value);
  }
  const isFromAuthorizer = findText(apiGateway?.['apiKeySourceType'])?.toUpperCase() === 'AUTHORIZER';
  return (exchange, usageIdentifierKey) => {
    const key = isFromAuthorizer ? usageIdentifierKey : findHeader(exchange.req, 'x-api-key');
    if (key === undefined || !keys.has(key)) return false;
    exchange.apiKey = key;
    return true;
  };
}

function hasPrivateMethod(service: Serverless['service']): boolean {
  return service.getAllFunctions().some((functionKey) =>
    asList(service.getFunction(functionKey).events).some((event) => {
      return isRecord(event) && isRecord(event['http']) && event['http']['private'] === true;
    }),
  );
}

/** `{ name, value }`, or a usage plan with a list of them. GW-1519: a disabled key lets nothing in. */
function readValues(entry: unknown): readonly string[] {
  if (!isRecord(entry) || entry['enabled'] === false) return [];
  const value = findText(entry['value']);
  return value === undefined
    ? Object.values(entry).flatMap((plan) => asList(plan).flatMap(readValues))
    : [value];
}
