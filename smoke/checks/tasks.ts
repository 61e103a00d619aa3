import assert from 'node:assert/strict';
import { RESOURCES, type Resource } from '../../support/resources.ts';
import { type Check, inGroup } from '../check.ts';
import { requireProblem } from '../session.ts';

const { signedIn } = inGroup('records');
const tasks = RESOURCES.find(({ kind }) => kind.plural === 'tasks') as Resource;

/** Rules of tasks that openapi.yml cannot express. This file goes with the resource, by its name. */
export const CHECKS: readonly Check[] = [
  signedIn('a task created with just a title has the defaults, its title trimmed', async ({ user }) => {
    const { record } = await user.createRecord(tasks, { title: `  ${user.marker} short \n` });
    const { title, description, completed, order, dueAt } = record;
    assert.deepEqual(
      { title, description, completed, order, dueAt },
      { title: `${user.marker} short`, description: '', completed: false, order: null, dueAt: null },
    );
  }),

  signedIn('a due date with an offset is kept in UTC', async ({ user }) => {
    const { record } = await user.createRecord(tasks, { dueAt: '2030-02-28T23:30:00+02:00' });
    assert.equal(record['dueAt'], '2030-02-28T21:30:00.000Z');
  }),

  ...[
    ['a blank title', { title: ' \n ' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
  ].map(([name, fields]) =>
    signedIn(`creating a task with ${name} is 422 invalid_request`, async ({ user }) => {
      const json = { ...user.bodyOf(tasks), ...(fields as object) };
      requireProblem(await user.send('POST', tasks.path, { json }), 422, 'invalid_request');
    }),
  ),
];
