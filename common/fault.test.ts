import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { findFrames } from './fault.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln';
const withStack = (error: Error, stack: string) => Object.assign(error, { stack });

describe('findFrames', () => {
  it('names function, file and position, innermost first', () => {
    const stack = [
      'TypeError: no',
      '    at readTitle (/var/task/functions/create-task.cjs:1:14137)',
      '    at async Object.handle [as run] (/var/task/functions/create-task.cjs:1:200)',
      '    at new Task (C:\\app\\task.cjs:3:4)',
      '    at /var/task/functions/create-task.cjs:1:9',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)',
    ].join('\n');
    expect(findFrames(withStack(new TypeError('no'), stack))).toEqual([
      'readTitle create-task.cjs:1:14137',
      'Object.handle create-task.cjs:1:200',
      'Task task.cjs:3:4',
      'create-task.cjs:1:9',
      'process.processTicksAndRejections task_queues:104:5',
    ]);
  });

  it('holds the frames of a real error', () => {
    expect(findFrames(new RangeError(TOKEN))[0]).toMatch(/fault\.test\.ts:\d+:\d+$/);
  });

  it.each([
    ['a message of several lines', `first\nsecond ${TOKEN}`],
    ['a message that looks like a frame', `x\n    at ${TOKEN.slice(0, 36)} (/a.cjs:1:1)`],
    ['a message that looks like a position', `x\n    at ${TOKEN}:1:1`],
    ['an empty message', ''],
  ])('holds nothing of %s', (_name, message) => {
    const text = findFrames(new Error(message)).join('\n');
    expect(text).toMatch(/fault\.test\.ts/);
    expect(text).not.toContain('eyJ');
  });

  it.each([
    ['whose message was changed since', withStack(new Error('y'), `Error: x\n    at ${TOKEN}:1:1`)],
    ['whose stack is something else', withStack(new Error('x'), `    at ${TOKEN}:1:1`)],
    ['whose stack is no text', Object.assign(new Error('x'), { stack: 5 })],
  ])('has no frames of an error %s', (_name, error) => {
    expect(findFrames(error)).toEqual([]);
  });

  it.each([undefined, null, 'text', { stack: 'Error: x\n    at a.cjs:1:1' }])(
    'has no frames of %j',
    (thrown) => {
      expect(findFrames(thrown)).toEqual([]);
    },
  );

  it('leaves out calls whose name is not a plain one', () => {
    const stack = `Error: x\n    at Object.${TOKEN.repeat(3)} (/a.cjs:1:1)\n    at b (/b.cjs:2:2)`;
    expect(findFrames(withStack(new Error('x'), stack))).toEqual(['b b.cjs:2:2']);
  });

  it('holds at most ten', () => {
    const stack = `Error: x\n${'    at a (/a.cjs:1:1)\n'.repeat(20)}`;
    expect(findFrames(withStack(new Error('x'), stack))).toHaveLength(10);
  });

  it('has none of an error of another realm, which is no Error here', () => {
    expect(findFrames(runInNewContext('new Error("x")'))).toEqual([]);
  });
});
