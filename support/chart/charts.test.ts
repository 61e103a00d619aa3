import { describe, expect, it } from '@jest/globals';
import { bars, lines, stackedBars, ticksTo } from './charts.ts';

const TITLES = { title: 'Cost <of> it', note: 'Less is "better".' };
const widthsOf = (picture: string, style: string) =>
  [...picture.matchAll(new RegExp(`<rect class="${style}"[^>]* width="([\\d.]+)"`, 'g'))].map(([, width]) =>
    Number(width),
  );

describe('a picture', () => {
  it('has the values in proportion, and marks what missed its goal', () => {
    const rows = [
      { label: 'one', value: 1, text: '1 ×' },
      { label: 'two', value: 2, text: '2 ×', isBad: true },
    ];
    const picture = bars(TITLES, rows, { mark: { value: 1, name: 'goal' } });
    const [one = 0] = widthsOf(picture, 'a');
    const [two = 0] = widthsOf(picture, 'bad');
    expect(two / one).toBeCloseTo(2, 1);
    expect(picture).toContain('class="goal"');
  });

  it('stacks parts to their sum', () => {
    const picture = stackedBars(TITLES, ['start', 'load'], [{ label: 'it', values: [3, 1] }], 'ms');
    const [, start = 0] = widthsOf(picture, 'a');
    const [, load = 0] = widthsOf(picture, 'b');
    expect(start / load).toBeCloseTo(3, 1);
    expect(picture).toContain('>4.00 ms<');
  });

  it('gives each power of ten the same room on a logarithmic axis', () => {
    const points = [1, 10, 100].map((x) => [x, 5] as const);
    const picture = lines(
      TITLES,
      { x: { name: 'tasks', ticks: [1, 10, 100], isLog: true }, y: { name: 'ms', ticks: [0, 10] } },
      [{ name: 'a list', points }],
    );
    const [, drawn = ''] = /<path class="a" d="M([^"]+)"/.exec(picture) ?? [];
    const [left = 0, middle = 0, right = 0] = drawn.split('L').map((point) => Number(point.split(' ')[0]));
    expect(middle - left).toBeCloseTo(right - middle, 0);
  });

  it('is read in light and dark, by people who hear it too, and breaks on no text', () => {
    const picture = bars(TITLES, [{ label: 'a & b', value: 1, text: '1' }]);
    expect(picture).toContain('@media(prefers-color-scheme:dark)');
    expect(picture).toContain('aria-label="Cost &lt;of> it. Less is &quot;better&quot;."');
    expect(picture).toContain('>a &amp; b<');
  });
});

describe('the ticks of an axis', () => {
  it.each([
    [0.9, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [60, [0, 10, 20, 30, 40, 50, 60]],
    [738, [0, 100, 200, 300, 400, 500, 600, 700, 800]],
    [9, [0, 2, 4, 6, 8, 10]],
  ])('up to %d are round numbers', (most, ticks) => {
    expect(ticksTo(most)).toEqual(ticks);
  });
});
