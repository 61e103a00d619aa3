import { createHash } from 'node:crypto';
import { apiHandler } from './http/api-handler.ts';
import type { ApiServices, Endpoint } from './http/endpoint.ts';
import { matchesEntityTag } from './http/entity-tag.ts';
import { getOpenApiContract } from './http/generated/get-open-api.ts';
import { OPENAPI_JSON } from './http/generated/openapi-json.ts';
import { apiServices } from './services/config.ts';

/** GET /openapi.json. openapi.yml `getOpenApi`: the document itself, with the API it was asked from as its server. */
export const getOpenApi: Endpoint<'getOpenApi', ApiServices> = async ({ baseUrl, header }) => {
  const text = documentAt(baseUrl);
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const headers = { ETag: etag, 'Cache-Control': 'no-cache' };
  if (matchesEntityTag(header('If-None-Match'), etag)) return { status: 304, headers };
  return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, text };
};

function documentAt(baseUrl: string): string {
  return JSON.stringify({
    ...JSON.parse(OPENAPI_JSON),
    servers: [{ url: baseUrl, description: 'This API' }],
  });
}

export const handler = apiHandler(getOpenApiContract, getOpenApi, apiServices);
