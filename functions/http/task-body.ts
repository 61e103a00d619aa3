import type { Task } from '../domain/task.ts';
import type { Reply } from './endpoint.ts';
import { toEntityTag } from './entity-tag.ts';
import type { components } from './generated/types.ts';

/** A task as clients see it. The owner and the version are not part of it. */
export function taskBody(task: Task, baseUrl: string): components['schemas']['Task'] {
  const { id, title, description, completed, order, dueAt, createdAt, updatedAt } = task;
  const url = taskUrl(task, baseUrl);
  return { id, title, description, completed, order, dueAt, createdAt, updatedAt, url };
}

export function taskUrl(task: Pick<Task, 'id'>, baseUrl: string): string {
  return `${baseUrl}/api/tasks/${task.id}`;
}

/** 200 with the task and its ETag. */
export function taskReply(task: Task, baseUrl: string): Reply {
  return { status: 200, headers: { ETag: toEntityTag(task.version) }, body: taskBody(task, baseUrl) };
}
