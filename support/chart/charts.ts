import { bar, HEAD_HEIGHT, MARGIN, type Picture, path, svg, text } from './svg.ts';

type Titles = Pick<Picture, 'title' | 'note'>;

const WIDTH = 860;
const ROW = 22;
const BAR = 13;

/** One bar of {@link bars}. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What stands at the end of the bar. */
  readonly text: string;
  /** Drawn in the colour of what missed its goal. */
  readonly isBad?: boolean;
}

/**
 * Horizontal bars, one a row.
 *
 * @param mark a dashed line at this value, with its name.
 */
export function bars(
  titles: Titles,
  rows: readonly Bar[],
  { labelWidth = 430, mark }: { labelWidth?: number; mark?: { value: number; name: string } } = {},
): string {
  const left = MARGIN + labelWidth;
  const most = Math.max(...rows.map(({ value }) => value), mark?.value ?? 0);
  const scale = (WIDTH - left - MARGIN - 170) / most;
  const top = HEAD_HEIGHT + (mark ? 18 : 6);
  const bottom = top + rows.length * ROW;
  const line = mark && left + mark.value * scale;
  return svg({
    ...titles,
    width: WIDTH,
    height: bottom + MARGIN,
    content: [
      ...rows.flatMap(({ label, value, text: words, isBad }, at) => {
        const y = top + at * ROW;
        return [
          text(left - 8, y + 12, shorten(label, labelWidth), 'end'),
          bar(left, y + 1, Math.max(value * scale, 1), BAR, isBad ? 'bad' : 'a'),
          text(
            Math.max(left + value * scale, value * scale < (mark?.value ?? 0) * scale ? (line ?? 0) : 0) + 8,
            y + 12,
            words,
            'quiet',
          ),
        ];
      }),
      ...(line === undefined
        ? []
        : [
            path(
              [
                [line, top - 4],
                [line, bottom],
              ],
              'goal',
            ),
            text(line, top - 8, mark?.name ?? '', 'quiet middle'),
          ]),
    ],
  });
}

/** Bars in parts, one a row; each part has a name and a colour. */
export function stackedBars(
  titles: Titles,
  parts: readonly string[],
  rows: readonly { readonly label: string; readonly values: readonly number[] }[],
  unit: string,
): string {
  const labelWidth = 190;
  const left = MARGIN + labelWidth;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const scale = (WIDTH - left - MARGIN - 80) / Math.max(...rows.map(({ values }) => sum(values)));
  const top = HEAD_HEIGHT + 30;
  const row = 34;
  return svg({
    ...titles,
    width: WIDTH,
    height: top + rows.length * row + MARGIN,
    content: [
      ...legend(parts, HEAD_HEIGHT + 12),
      ...rows.flatMap(({ label, values }, at) => {
        const y = top + at * row;
        const total = sum(values);
        return [
          text(left - 8, y + 16, label, 'end'),
          ...values.map((value, part) =>
            bar(left + sum(values.slice(0, part)) * scale, y, value * scale, 24, COLOURS[part] ?? 'a'),
          ),
          text(left + total * scale + 8, y + 16, `${total.toFixed(2)} ${unit}`, 'quiet'),
        ];
      }),
    ],
  });
}

/** A line of {@link lines}. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly name: string;
  readonly ticks: readonly number[];
  readonly isLog?: boolean;
  readonly label?: (value: number) => string;
}

/** Lines over two axes. The ends of an axis are its first and last tick. */
export function lines(
  titles: Titles,
  { x, y }: { readonly x: Axis; readonly y: Axis },
  drawn: readonly Line[],
  marks: readonly { readonly x: number; readonly name: string }[] = [],
): string {
  const height = 380;
  const [left, right] = [MARGIN + 56, WIDTH - MARGIN - 20];
  const [top, bottom] = [HEAD_HEIGHT + (drawn.length > 1 ? 34 : 22), height - 50];
  const toX = scaleOf(x, left, right);
  const toY = scaleOf(y, bottom, top);
  const label = ({ label: own }: Axis, value: number) => (own ? own(value) : value.toLocaleString('en-US'));
  return svg({
    ...titles,
    width: WIDTH,
    height,
    content: [
      ...(drawn.length > 1
        ? legend(
            drawn.map(({ name }) => name),
            HEAD_HEIGHT + 8,
          )
        : []),
      ...y.ticks.flatMap((tick) => [
        path(
          [
            [left, toY(tick)],
            [right, toY(tick)],
          ],
          'line',
        ),
        text(left - 8, toY(tick) + 4, label(y, tick), 'quiet end'),
      ]),
      ...x.ticks.map((tick) => text(toX(tick), bottom + 18, label(x, tick), 'quiet middle')),
      text((left + right) / 2, bottom + 38, x.name, 'quiet middle'),
      text(left, top - 10, y.name, 'quiet'),
      ...marks.flatMap(({ x: at, name }) => [
        path(
          [
            [toX(at), top],
            [toX(at), bottom],
          ],
          'goal',
        ),
        // At the right end there is room on the left alone.
        toX(at) > 0.85 * right
          ? text(toX(at) - 5, bottom - 8, name, 'end')
          : text(toX(at) + 5, bottom - 8, name),
      ]),
      ...drawn.map(({ points }, line) =>
        path(
          points.map(([px, py]) => [toX(px), toY(py)] as const),
          COLOURS[line] ?? 'a',
        ),
      ),
    ],
  });
}

const COLOURS = ['a', 'b', 'c'];
const LETTER = 6.6;

function legend(names: readonly string[], y: number): string[] {
  let x = MARGIN;
  return names.flatMap((name, at) => {
    const begin = x;
    x += 32 + name.length * LETTER;
    return [bar(begin, y - 9, 12, 12, COLOURS[at] ?? 'a'), text(begin + 18, y + 1, name)];
  });
}

function scaleOf({ ticks, isLog }: Axis, from: number, to: number): (value: number) => number {
  const place = (value: number) => (isLog ? Math.log(value) : value);
  const [first, last] = [place(ticks[0] ?? 0), place(ticks.at(-1) ?? 1)];
  return (value) => from + ((place(value) - first) / (last - first)) * (to - from);
}

const shorten = (label: string, width: number): string => {
  const most = Math.floor(width / LETTER) + 4;
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
};

/** Round numbers from 0 to at least `most`, four to eight of them. */
export function ticksTo(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => most / size <= 8) ?? 10 * power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}
