import { apiHandler } from './http/api-handler.ts';
import type { ApiServices, Endpoint } from './http/endpoint.ts';
import { getHealthContract } from './http/generated/get-health.ts';
import { VERSION } from './http/generated/version.ts';
import { apiServices } from './services/config.ts';

/** GET /api/health. openapi.yml `getHealth`. Asks no other service, so it says whether this one is up. */
export const getHealth: Endpoint<'getHealth', ApiServices> = async () => ({
  status: 200,
  body: { status: 'ok', version: VERSION },
});

export const handler = apiHandler(getHealthContract, getHealth, apiServices);
