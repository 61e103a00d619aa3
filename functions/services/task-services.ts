import { type TaskFields, tasks } from '../domain/task.ts';
import type { OwnedServices } from '../http/owned-endpoints.ts';
import { ownedServices } from './owned-services.ts';

/** What the endpoints of tasks work with. */
export type TaskServices = OwnedServices<TaskFields>;

/** Wires the endpoints of tasks to the environment. */
export const taskServices = (): TaskServices => ownedServices(tasks, 'TASKS_TABLE');
