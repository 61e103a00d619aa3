import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Packaged,
  packageService,
  packageWithOptions,
  propertiesOf,
  resourcesOf,
} from '../../support/packaged.ts';

let prod: Packaged;
let closed: Packaged;

beforeAll(async () => {
  prod = await packageService('prod');
  closed = await packageWithOptions();
}, 300_000);

const settingsOf = ({ template }: Packaged) =>
  propertiesOf(template, 'ApiStage')['MethodSettings'] as Record<string, unknown>[];

describe('the contract and its page', () => {
  it('have a limit of their own, far below that of the stage', () => {
    const [all, ...others] = settingsOf(prod);
    expect(all).toMatchObject({ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 500 });
    const own = { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 20 };
    const quiet = { MetricsEnabled: false, LoggingLevel: 'OFF', DataTraceEnabled: false };
    const methods = ['/~1openapi.json', '/~1docs'].flatMap((ResourcePath) =>
      ['GET', 'HEAD'].map((HttpMethod) => ({ ...own, ...quiet, HttpMethod, ResourcePath })),
    );
    expect(others).toEqual(methods);
  });

  it('are compressed by API Gateway', () => {
    expect(propertiesOf(prod.template, 'ApiGatewayRestApi')['MinimumCompressionSize']).toBe(1024);
  });

  it('are in no part of a deployment that leaves them out', () => {
    expect(Object.keys(prod.zips)).toEqual(expect.arrayContaining(['getDocs', 'getOpenApi']));
    const names = Object.keys(prod.zips).filter((name) => !['getDocs', 'getOpenApi'].includes(name));
    expect(Object.keys(closed.zips).sort()).toEqual(names.sort());
    expect(settingsOf(closed)).toHaveLength(1);
    for (const text of Object.values(closed.texts)) expect(text).not.toMatch(/ApiGatewayMethodDocs|-getDocs/);
  });
});

describe('the authorizer', () => {
  it('has concurrency of its own where a parameter says so, and only there', () => {
    const concurrencyOf = ({ template }: Packaged) =>
      propertiesOf(template, 'AuthorizerLambdaFunction')['ReservedConcurrentExecutions'];
    expect(concurrencyOf(prod)).toBeUndefined();
    expect(concurrencyOf(closed)).toBe(50);
    const limited = resourcesOf(closed.template, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => 'ReservedConcurrentExecutions' in Properties,
    );
    expect(limited.map(([id]) => id)).toEqual(['AuthorizerLambdaFunction']);
  });
});
