import { apiHandler } from './http/api-handler.ts';
import type { Endpoint } from './http/endpoint.ts';
import { getProtectedResourceContract } from './http/generated/get-protected-resource.ts';
import { SCOPES } from './http/generated/scopes.ts';
import { type ResourceServices, resourceServices } from './services/config.ts';

/** GET /.well-known/oauth-protected-resource. openapi.yml `getProtectedResource`: the metadata of RFC 9728. */
export const getProtectedResource: Endpoint<'getProtectedResource', ResourceServices> = async (
  { baseUrl },
  { apiUrl, issuers },
) => ({
  status: 200,
  body: {
    resource: apiUrl ?? baseUrl,
    authorization_servers: issuers,
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
  },
});

export const handler = apiHandler(getProtectedResourceContract, getProtectedResource, resourceServices);
