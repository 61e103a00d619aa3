import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { houseWordsIn, longSentencesIn, passagesOf } from './prose.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function findings(name: string, text: string) {
  const file = join(folder, name);
  writeFileSync(file, text);
  const passages = passagesOf(file);
  return { words: houseWordsIn(passages, name), long: longSentencesIn(passages, name) };
}

const WORD = ['no', 'body'].join('');
const LONG = `It ${'goes on '.repeat(12)}here.`;

describe('a house word is found', () => {
  it.each([
    ['a line comment', 'a.ts', `const a = 1; // ${WORD} reads it`],
    ['a doc comment', 'a.ts', `/**\n * For ${WORD}.\n */\nexport const a = 1;`],
    ['a message', 'a.ts', `throw new Error('${WORD} answers');`],
    ['a template', 'a.cjs', `log(\`\${port}: ${WORD} answers\`);`],
    ['a name of two words', 'a.ts', 'const isBesideStack = 1;'],
    ['Markdown', 'a.md', `# Title\n\nAsked by ${WORD}.`],
    ['a table of Markdown', 'a.md', `| a | b |\n| --- | --- |\n| x | ${WORD} |`],
    ['a comment of YAML', 'a.yml', `a: 1 # for ${WORD}`],
    ['a text of YAML', 'a.yml', `description: Seen by ${WORD}.`],
  ])('in %s', (_where, name, text) => {
    expect(findings(name, text).words).toHaveLength(1);
  });

  it('with the line on which it stands, and what to write instead', () => {
    expect(findings('a.ts', `\n\nlog('${WORD}');`).words).toEqual([`a.ts:3: "${WORD}" (write: no one)`]);
  });

  it('and words that only contain one are let through', () => {
    expect(findings('a.ts', 'const secure = 1; // amended, obscured').words).toEqual([]);
  });
});

describe('a long sentence is found', () => {
  it.each([
    ['a comment over several lines', 'a.ts', `// ${LONG.replace('on goes', 'on\n// goes')}`],
    ['a doc comment', 'a.ts', `/** ${LONG} */\nexport const a = 1;`],
    ['a list of Markdown', 'a.md', `- Short.\n- ${LONG}`],
    ['a description of YAML', 'a.yml', `description: |\n  ${LONG}`],
  ])('in %s', (_where, name, text) => {
    expect(findings(name, text).long).toEqual([expect.stringContaining('26 words')]);
  });

  it.each([
    ['25 words', 'a.md', LONG.replace(' here', '')],
    ['an example in a comment', 'a.ts', `/**\n * Like this:\n *\n *   ${LONG}\n */\nexport const a = 1;`],
    ['code blocks', 'a.md', `\`\`\`\n${LONG}\n\`\`\``],
    ['strings, which may be data', 'a.ts', `log('${LONG}');`],
    ['lines of a cell', 'a.md', `| a |\n| --- |\n| ${'one item <br>'.repeat(20)} |`],
    ['code, which counts as one word', 'a.md', `Run \`${LONG}\` now.`],
  ])('and not in %s', (_where, name, text) => {
    expect(findings(name, text).long).toEqual([]);
  });
});
