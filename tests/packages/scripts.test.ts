import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const FILES = [
  'package.json',
  'authorizer/package.json',
  'offline-gateway/package.json',
  'tools/package.json',
  'examples/client/package.json',
];
const scripts = FILES.flatMap((file) =>
  Object.entries<string>(read(file).scripts ?? {}).map(([name, line]) => [name, file, line]),
);

/** What cmd.exe takes otherwise than a POSIX shell does, or not at all. `&&` means the same in both. */
const SHELL_SYNTAX = /['$`;|<>*~(){}]|(?<!&)&(?!&)|^\s*\w+=|^(exec|export|rm|cp|mv|cat|test|source)\b/;

it.each(scripts)('npm run %s of %s needs no particular shell', (_name, _file, line) => {
  expect(line).not.toMatch(SHELL_SYNTAX);
  for (const command of String(line).split(' && ')) expect(command).not.toMatch(SHELL_SYNTAX);
});
