import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import ts from 'typescript';

/** One piece of text that a person reads, with the line on which it begins. */
export interface Passage {
  readonly line: number;
  readonly text: string;
  /** Strings of code are checked for words alone: many of them are data. */
  readonly kind: 'prose' | 'string' | 'name';
}

const lineOf = (source: ts.SourceFile, position: number) =>
  source.getLineAndCharacterOfPosition(position).line + 1;

/** Splits lines into paragraphs: an empty line, a list item, a table row or a JSDoc tag begins a new one. */
function paragraphs(lines: readonly string[], firstLine: number): Passage[] {
  const found: { line: number; text: string; kind: 'prose' }[] = [];
  let open = false;
  lines.forEach((raw, index) => {
    const text = raw.trim();
    const begins = /^([-*+](\s|$)|--\w|\d+[.)] |@\w+|\||#|>)/.test(text);
    if (text === '') open = false;
    else if (open && !begins) (found.at(-1) as { text: string }).text += ` ${text}`;
    else found.push({ line: firstLine + index, text, kind: 'prose' });
    if (text !== '') open = !/^[|#]/.test(text);
  });
  return found;
}

/** Prose of a Markdown document: no code blocks, HTML or addresses of links. Each cell of a table is a passage of its own. */
function ofMarkdown(text: string): Passage[] {
  const blank = (block: string) => block.replace(/[^\n]/g, '');
  const prose = text
    .replace(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/^\[[^\]]+\]: .*$/gm, blank);
  return paragraphs(prose.split('\n'), 1).flatMap(({ line, text: paragraph }) =>
    (paragraph.startsWith('|') ? paragraph.split(/(?<!\\)\|/) : [paragraph]).map((cell) => ({
      line,
      text: cell,
      kind: 'prose' as const,
    })),
  );
}

/** Comments that begin with `#`. */
const ofHashComments = (text: string): Passage[] =>
  paragraphs(
    text.split('\n').map((line) => /(?:^|\s)#(?!!)\s?(.*)$/.exec(line)?.[1] ?? ''),
    1,
  );

/** Comments of YAML and its values, except shell scripts; a key begins a new passage. */
function ofYaml(text: string): Passage[] {
  const scripts = /^( *)(?:- )?run: \|\n(?:\1 +.*\n|\n)*/gm;
  const values = text
    .replace(scripts, (script) => script.replace(/[^\n]/g, ''))
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, ''))
    .map((line) => line.replace(/^\s*(- )?[\w$/.:{}'"-]+:(\s|$)[>|]?-?/, '- '));
  return [...ofHashComments(text), ...paragraphs(values, 1)];
}

function commentsOf(source: ts.SourceFile): Passage[] {
  const { text } = source;
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
    const around = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const range of around) ranges.set(range.pos, range);
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  const lines: string[] = [];
  for (const { pos, end } of ranges.values()) {
    const first = lineOf(source, pos);
    const body = text
      .slice(pos, end)
      .replace(/^\/\*+|\*\/$/g, '')
      .split('\n');
    body.forEach((line, index) => {
      lines[first + index] = line.replace(/^\s*(\/\/|\*(?=\s|$))/, '');
    });
    lines[first + body.length] ??= '';
  }
  // An indented block after an empty line is an example in code.
  const withoutExamples = Array.from(lines, (line) => line ?? '')
    .join('\n')
    .replace(/(?<=\n *\n)( {3,}.*\n)+/g, (example) => example.replace(/[^\n]/g, ''));
  return paragraphs(withoutExamples.split('\n'), 0);
}

function stringsAndNamesOf(source: ts.SourceFile): Passage[] {
  const found: Passage[] = [];
  const add = (node: ts.Node, text: string, kind: Passage['kind']) =>
    found.push({ line: lineOf(source, node.getStart(source)), text, kind });
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      add(node, node.text.replace(/([a-z])(?=[A-Z])/g, '$1 ').replaceAll('_', ' '), 'name');
    } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      add(node, node.text, 'string');
    } else if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)];
      add(node, parts.join('X'), 'string');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Everything that a person reads in a file: comments, messages, test titles, names and documents. */
export function passagesOf(file: string): Passage[] {
  const text = readFileSync(file, 'utf8');
  const type = extname(file);
  if (type === '.md') return ofMarkdown(text);
  if (/^\.ya?ml$/.test(type)) return ofYaml(text);
  if (!/^\.[cm]?[jt]s$/.test(type)) return ofHashComments(text);
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return [...commentsOf(source), ...stringsAndNamesOf(source)];
}

/** Words that a reader has to translate, each with what the documentation of Node.js or AWS says instead. */
const HOUSE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bbesides?\b/i, 'next to, with, as well as'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bcure[sd]?\b/i, 'advice, fix'],
  [/\bafresh\b/i, 'again, new'],
  [/\bwhoever\b/i, 'any caller, the person who'],
  [/\bnobody\b/i, 'no one'],
  [/\b(that|which) (is|are|was|were) none\b/i, 'that is not valid'],
  [/\bthe seeds\b|\bseeds['’]|\bseeds-/i, 'what they are'],
  [/\bstretch(es|ed|ing)?\b/i, 'extend, goal'],
  [/\b(nought|aught|naught)\b/i, 'nothing'],
  [
    /\bwherefore\b|\bwhence\b|\bthence\b|\bthereof\b|\bwherein\b|\bhenceforth\b/i,
    'from where, of it, in which',
  ],
];

/** Longest sentence of a document or a comment. */
const WORDS_MAX = 25;

const WORD = /[\p{L}\p{N}]/u;

/** Marks of Markdown count as what they show: code is one word, a link is its text. */
const asRead = (text: string) =>
  text
    .replace(/`[^`]*`/g, 'code')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '[$1')
    .replace(/https?:\/\/\S+/g, 'address')
    .replace(/\{@link ([^}]*)\}/g, '$1');

/** Sentences end at a full stop, a question mark or an exclamation mark that a capital, a mark or nothing follows. */
const sentencesOf = (text: string) =>
  text
    .split('<br>')
    .flatMap((line) =>
      asRead(line).split(/(?<=[.!?]["')*_]*)\s+(?=["'(*_[]*(?:[\p{Lu}\p{N}]|code\b|(?<=\[)))/u),
    );

const wordsOf = (sentence: string) => sentence.split(/[\s/–—…]+/).filter((word) => WORD.test(word));

/** The house words of a file, as lines that an editor can open. */
export const houseWordsIn = (passages: readonly Passage[], file: string): string[] =>
  passages.flatMap(({ line, text }) =>
    HOUSE_WORDS.flatMap(([pattern, instead]) => {
      const [word] = pattern.exec(text) ?? [];
      return word === undefined ? [] : [`${file}:${line}: "${word}" (write: ${instead})`];
    }),
  );

/** The sentences of a file that are too long, as lines that an editor can open. */
export const longSentencesIn = (passages: readonly Passage[], file: string): string[] =>
  passages
    .filter(({ kind }) => kind === 'prose')
    .flatMap(({ line, text }) =>
      sentencesOf(text)
        .filter((sentence) => wordsOf(sentence).length > WORDS_MAX)
        .map((sentence) => `${file}:${line}: ${wordsOf(sentence).length} words: ${sentence.slice(0, 60)}…`),
    );
