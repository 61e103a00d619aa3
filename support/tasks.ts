import type { components } from '../functions/http/generated/types.ts';
import type { makeApi } from './api.ts';
import { PROTECTED_OPERATIONS } from './operations.ts';

export type TaskBody = components['schemas']['Task'];

type Api = Pick<ReturnType<typeof makeApi>, 'call'>;

/** Creates a task through the API and gives back what it answered. */
export async function createdTask(api: Api, body: object = {}, caller = 'ann'): Promise<TaskBody> {
  const { json } = await api.call<TaskBody>('createTask', { caller, body: { title: 'Buy milk', ...body } });
  return json;
}

/** Every way to reach one task. */
export const ONE_TASK = PROTECTED_OPERATIONS.filter(({ path }) => path === '/api/tasks/{taskId}').map(
  ({ operationId }) => operationId,
);
