import { randomBytes } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Identity } from '../common/identity.ts';
import { createTask } from '../functions/create-task.ts';
import { deleteTask } from '../functions/delete-task.ts';
import { deleteTasks } from '../functions/delete-tasks.ts';
import { makeNewTaskId } from '../functions/domain/task-id.ts';
import type { TaskStore } from '../functions/domain/task-store.ts';
import { getDocs } from '../functions/get-docs.ts';
import { getHealth } from '../functions/get-health.ts';
import { getMe } from '../functions/get-me.ts';
import { getOpenApi } from '../functions/get-open-api.ts';
import { getProtectedResource } from '../functions/get-protected-resource.ts';
import { getTask } from '../functions/get-task.ts';
import { type ApiHandler, apiHandler } from '../functions/http/api-handler.ts';
import type { OptionalCallerServices } from '../functions/http/endpoint.ts';
import { createTaskContract } from '../functions/http/generated/create-task.ts';
import { deleteTaskContract } from '../functions/http/generated/delete-task.ts';
import { deleteTasksContract } from '../functions/http/generated/delete-tasks.ts';
import { getDocsContract } from '../functions/http/generated/get-docs.ts';
import { getHealthContract } from '../functions/http/generated/get-health.ts';
import { getMeContract } from '../functions/http/generated/get-me.ts';
import { getOpenApiContract } from '../functions/http/generated/get-open-api.ts';
import { getProtectedResourceContract } from '../functions/http/generated/get-protected-resource.ts';
import { getTaskContract } from '../functions/http/generated/get-task.ts';
import { listTasksContract } from '../functions/http/generated/list-tasks.ts';
import { updateTaskContract } from '../functions/http/generated/update-task.ts';
import { listTasks } from '../functions/list-tasks.ts';
import type { ResourceServices } from '../functions/services/config.ts';
import type { TaskServices } from '../functions/services/task-services.ts';
import { updateTask } from '../functions/update-task.ts';
import { apiEvent, type EventOptions, NOW_MS } from './api-event.ts';
import { expectDocumented, type SeenReply } from './documented.ts';
import { recordLines } from './logs.ts';
import { memoryTaskStore } from './memory-task-store.ts';

export type ApiTestServices = TaskServices & OptionalCallerServices & ResourceServices;

/** A reply with its body parsed as whatever the test expects. */
export interface ApiReply<Body> extends SeenReply {
  readonly json: Body;
}

/** The route of each operation: method and path template. */
const ROUTES: Readonly<Record<string, readonly [method: string, path: string, handler: string]>> = {
  listTasks: ['GET', '/api/tasks', 'listTasks'],
  createTask: ['POST', '/api/tasks', 'createTask'],
  deleteTasks: ['DELETE', '/api/tasks', 'deleteTasks'],
  getTask: ['GET', '/api/tasks/{taskId}', 'getTask'],
  updateTask: ['PATCH', '/api/tasks/{taskId}', 'updateTask'],
  updateTaskByPut: ['PUT', '/api/tasks/{taskId}', 'updateTask'],
  deleteTask: ['DELETE', '/api/tasks/{taskId}', 'deleteTask'],
  getMe: ['GET', '/api/me', 'getMe'],
  getHealth: ['GET', '/api/health', 'getHealth'],
  getProtectedResource: ['GET', '/.well-known/oauth-protected-resource', 'getProtectedResource'],
  getOpenApi: ['GET', '/openapi.json', 'getOpenApi'],
  getDocs: ['GET', '/docs', 'getDocs'],
};

export const OPERATION_IDS = Object.keys(ROUTES);

/** Operations without an authorizer, so without a caller in their events. */
const OPEN = new Set(['getMe', 'getHealth', 'getProtectedResource', 'getOpenApi', 'getDocs']);

export interface CallOptions extends EventOptions {
  readonly taskId?: string;
  /** What `getRemainingTimeInMillis` says; without it there is no Lambda clock. */
  readonly remainingMs?: number;
}

/**
 * The handlers over a store and a clock of the test, without a gateway. Every reply is held against openapi.yml.
 * The caller is `ann` unless the options say otherwise.
 */
export function makeApi(changes: Partial<ApiTestServices> = {}) {
  const { log, entries } = recordLines();
  const services: ApiTestServices = {
    log,
    now: () => NOW_MS,
    corsAllowedOrigins: ['*'],
    rateLimit: undefined,
    requireVerifiedEmail: false,
    store: memoryTaskStore() as TaskStore,
    newId: makeNewTaskId(() => NOW_MS, randomBytes),
    findCaller: async (): Promise<Identity | undefined> => undefined,
    apiUrl: undefined,
    issuers: ['https://auth.example.com'],
    ...changes,
  };
  const handlers = makeHandlers(() => services);
  return {
    services,
    /** The log lines so far. */
    logged: entries,
    call: async <Body = unknown>(operationId: string, options: CallOptions = {}): Promise<ApiReply<Body>> => {
      const { reply } = await run(handlers, operationId, options);
      // openapi.yml describes GET; HEAD has its headers and no content.
      if (options.method !== 'HEAD') expectDocumented(operationId, reply);
      return { ...reply, json: parseJson(reply) as Body };
    },
  };
}

function makeHandlers(services: () => ApiTestServices): Readonly<Record<string, ApiHandler>> {
  return {
    listTasks: apiHandler(listTasksContract, listTasks, services),
    createTask: apiHandler(createTaskContract, createTask, services),
    deleteTasks: apiHandler(deleteTasksContract, deleteTasks, services),
    getTask: apiHandler(getTaskContract, getTask, services),
    updateTask: apiHandler(updateTaskContract, updateTask, services),
    deleteTask: apiHandler(deleteTaskContract, deleteTask, services),
    getMe: apiHandler(getMeContract, getMe, services),
    getHealth: apiHandler(getHealthContract, getHealth, services),
    getProtectedResource: apiHandler(getProtectedResourceContract, getProtectedResource, services),
    getOpenApi: apiHandler(getOpenApiContract, getOpenApi, services),
    getDocs: apiHandler(getDocsContract, getDocs, services),
  };
}

async function run(
  handlers: Readonly<Record<string, ApiHandler>>,
  operationId: string,
  options: CallOptions,
) {
  const [method, template, name] = ROUTES[operationId] ?? [];
  const handler = handlers[name ?? ''];
  if (method === undefined || template === undefined || handler === undefined)
    throw new Error(`no ${operationId}`);
  const { taskId, remainingMs, ...rest } = options;
  const event = apiEvent({
    method,
    path: template.replace('{taskId}', encodeURIComponent((taskId ?? '').toWellFormed())),
    ...(taskId !== undefined && { pathParameters: { taskId } }),
    ...(!('authorizer' in rest) && !OPEN.has(operationId) && { caller: 'ann' }),
    ...rest,
  });
  const context = {
    ...(remainingMs !== undefined && { getRemainingTimeInMillis: () => remainingMs }),
  } as Context;
  const result = await handler(event, context);
  return {
    reply: {
      status: result.statusCode,
      headers: result.headers as Record<string, string>,
      body: result.body,
    },
  };
}

function parseJson({ headers, body }: SeenReply): unknown {
  return body !== '' && /json$/.test(headers['Content-Type'] ?? '') ? JSON.parse(body) : undefined;
}
