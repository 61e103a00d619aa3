import { apiHandler } from './http/api-handler.ts';
import type { ApiServices, Endpoint } from './http/endpoint.ts';
import { matchesEntityTag } from './http/entity-tag.ts';
import { DOCS_ETAG, DOCS_PAGE, DOCS_POLICY } from './http/generated/docs-page.ts';
import { getDocsContract } from './http/generated/get-docs.ts';
import { apiServices } from './services/config.ts';

/** GET /docs. openapi.yml `getDocs`. Kept by browsers, which ask each time whether it is still the one. */
export const getDocs: Endpoint<'getDocs', ApiServices> = async ({ header }) => {
  const headers = { ETag: DOCS_ETAG, 'Cache-Control': 'no-cache' };
  if (matchesEntityTag(header('If-None-Match'), DOCS_ETAG)) return { status: 304, headers };
  return {
    status: 200,
    headers: {
      ...headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': DOCS_POLICY,
      'Referrer-Policy': 'no-referrer',
    },
    text: DOCS_PAGE,
  };
};

export const handler = apiHandler(getDocsContract, getDocs, apiServices);
