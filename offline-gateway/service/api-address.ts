import type { Api } from '../exchange/exchange.ts';
import { madeUpId } from '../exchange/request-context.ts';
import type { OfflineOptions, Serverless } from '../framework.ts';
import type { Resolve } from '../responses/resources.ts';
import type { Settings } from '../settings.ts';
import { isRecord } from '../values.ts';
import { makeResolve } from './cloudformation.ts';

/** GW-103: ids that look like AWS' and stay the same from start to start. */
export function describeApi(
  service: Serverless['service'],
  options: OfflineOptions,
  settings: Settings,
): Api {
  const stage = options.stage || service.provider.stage || 'dev';
  const segments = [options.prefix, options.noPrependStageInUrl ? undefined : stage];
  return {
    region: service.provider.region ?? 'us-east-1',
    accountId: settings.accountId,
    apiId: settings.apiId ?? madeUpId(`${service.service} ${stage}`, 10),
    stage,
    basePath: segments
      .filter((segment) => segment)
      .map((segment) => `/${segment}`)
      .join(''),
    stageVariables: settings.stageVariables,
    isTls: options.httpsProtocol !== undefined && options.httpsProtocol !== null,
  };
}

/** A deployment that sets no parameters takes these. */
function parameterDefaults(parameters: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isRecord(parameters) ? parameters : {}).map(([name, parameter]) => {
    return [name, isRecord(parameter) ? parameter['Default'] : undefined] as const;
  });
  const known = entries.filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

/** The CloudFormation references of gateway responses that have an answer on a laptop. */
export function resolveFor(service: Serverless['service'], api: Api): Resolve {
  return makeResolve({
    ...parameterDefaults(service.resources?.Parameters),
    ApiGatewayRestApi: api.apiId,
    'AWS::Region': api.region,
    'AWS::AccountId': api.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': `${service.service}-${api.stage}`,
  });
}
