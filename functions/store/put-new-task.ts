import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Task } from '../domain/task.ts';
import { toItem } from './task-item.ts';
import type { TaskTable } from './task-table.ts';

/** Writes a task; a condition fails when its id is taken. */
export async function putNewTask({ client, tableName }: TaskTable, task: Task): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: toItem(task),
      ConditionExpression: 'attribute_not_exists(id)',
    }),
  );
}
