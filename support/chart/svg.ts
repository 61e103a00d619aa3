/** A picture for a page: its own background, and colours that follow the reader's light or dark scheme. */
export interface Picture {
  readonly title: string;
  /** One sentence under the title: what is shown, and which direction is good. */
  readonly note: string;
  readonly width: number;
  readonly height: number;
  /** Elements of SVG, drawn below the title. */
  readonly content: readonly string[];
}

/** Height that title and note take. */
export const HEAD_HEIGHT = 62;
export const MARGIN = 20;

/** Classes: `ink` and `quiet` for text; `line` for axes; `a`, `b`, `c` for data; `bad` for what missed its goal. */
const STYLE = [
  'text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}',
  '.title{font-size:16px;font-weight:600}.quiet{fill:#59636e}.end{text-anchor:end}.middle{text-anchor:middle}',
  '.paper{fill:#fff;stroke:#d1d9e0}.line{stroke:#d1d9e0;fill:none}.goal{stroke:#1f2328;fill:none;stroke-dasharray:4 3}',
  '.a{fill:#2f6fdb}.b{fill:#e08a1e}.c{fill:#2a9d8f}.bad{fill:#cf222e}',
  'path.a,path.b,path.c{fill:none;stroke-width:2.5}path.a{stroke:#2f6fdb}path.b{stroke:#e08a1e}path.c{stroke:#2a9d8f}',
  '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.paper{fill:#0d1117;stroke:#3d444d}',
  '.line{stroke:#3d444d}.goal{stroke:#e6edf3}.a{fill:#6ea8fe}.b{fill:#f0b35a}.c{fill:#5fd0c2}.bad{fill:#ff7b72}',
  'path.a,path.b,path.c{fill:none}path.a{stroke:#6ea8fe}path.b{stroke:#f0b35a}path.c{stroke:#5fd0c2}}',
].join('');

/** The whole file of a picture. */
export function svg({ title, note, width, height, content }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`${title}. ${note}`)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    text(MARGIN, 30, title, 'title'),
    text(MARGIN, 49, note, 'quiet'),
    ...content,
    '</svg>\n',
  ].join('\n');
}

export function text(x: number, y: number, words: string, classes = ''): string {
  const style = classes === '' ? '' : ` class="${classes}"`;
  return `<text x="${round(x)}" y="${round(y)}"${style}>${escaped(words)}</text>`;
}

export function bar(x: number, y: number, width: number, height: number, classes: string): string {
  return `<rect class="${classes}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="2"/>`;
}

/** A line through points, or a straight one between two. */
export function path(points: readonly (readonly [x: number, y: number])[], classes: string): string {
  const steps = points.map(([x, y]) => `${round(x)} ${round(y)}`);
  return `<path class="${classes}" d="M${steps.join('L')}"/>`;
}

/** Coordinates to a tenth, so that files stay small and the same on every machine. */
const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
