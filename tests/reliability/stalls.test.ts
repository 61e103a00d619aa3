import { describe, expect, it } from '@jest/globals';
import { watchStalls } from './stalls.ts';

/** What is said of a wrong answer after answers that took these times. */
async function saidAfter(tookMs: readonly number[]): Promise<string> {
  let nowMs = 0;
  const answer = { status: 200, headers: {}, json: undefined };
  let turn = 0;
  const watched = watchStalls(
    async () => {
      nowMs += tookMs[turn++] ?? 0;
      return answer;
    },
    () => nowMs,
  );
  for (const _ of tookMs) await watched.call('deleteTask', { user: 'ann' });
  return (watched.explain(new Error('deleteTask gave a wrong answer: 200, not 404')) as Error).message;
}

describe('a wrong answer under load', () => {
  it('names the repeated deletion when an answer took longer than one attempt', async () => {
    const said = await saidAfter([12, 1204, 9]);
    expect(said).toMatch(/^deleteTask gave a wrong answer: 200, not 404\nLikely reason: /);
    expect(said).toMatch(/took 1204 ms[^.]+within 800 ms\.\nA repeated deletion finds nothing/);
  });

  it.each([
    ['every answer came in time', [12, 799]],
    ['no answer came', []],
    ['the late answer was long ago', [1204, ...Array(20).fill(9)]],
  ])('stands alone when %s', async (_name, tookMs) => {
    expect(await saidAfter(tookMs)).toBe('deleteTask gave a wrong answer: 200, not 404');
  });
});
