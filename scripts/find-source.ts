/** `npm run find-source -- create-task.cjs:1:14137`: the source line of a position in a bundle, as log lines name it. */
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { esbuildOptions, readService } from '../support/bundles.ts';

const POSITION = /([\w-]+)\.cjs:(\d+):(\d+)/;

/** @returns `file:line:column`; a sentence when there is no such position. */
async function findSource(text: string): Promise<string> {
  const [, name, line, column] = POSITION.exec(text) ?? [];
  const handler = Object.values(readService().functions).find(
    (candidate) => candidate.handler.split('/').at(-1)?.split('.')[0] === name,
  )?.handler;
  if (handler === undefined)
    return 'Give a position such as create-task.cjs:1:14137, of a function of serverless.yml.';
  const entry = handler.replace(/\.handler$/, '.ts');
  const { outputFiles = [] } = await build({
    ...esbuildOptions(),
    entryPoints: [entry],
    outfile: `${name}.cjs`,
    sourcemap: 'external',
  });
  const map = outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '{}';
  const found = new SourceMap(JSON.parse(map)).findEntry(Number(line) - 1, Number(column) - 1);
  if (!('originalSource' in found)) return `${name}.cjs has no such position at this commit.`;
  return `${join(found.originalSource)}:${found.originalLine + 1}:${found.originalColumn + 1}`;
}

process.stdout.write(`${await findSource(process.argv.slice(2).join(' '))}\n`);
