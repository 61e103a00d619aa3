import { AssertionError } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSection } from '../markdown.ts';
import type { Watcher } from '../watcher.ts';
import { RECORDED_FACTS } from './facts.ts';
import { countsTable, factsTable, type LikeAws } from './pages.ts';
import { startRecorded } from './service.ts';

const GATEWAY = join(import.meta.dirname, '../..');

/**
 * Prints each recorded fact with what serverless-offline does alone and with the plugin. Two steps of the watcher.
 *
 * @param isWriting replaces the tables of README.md and API-GATEWAY.md.
 * @returns how many facts the plugin does not answer as recorded.
 */
export async function compareRecorded(
  { next, print }: Watcher,
  { isWriting }: { readonly isWriting: boolean },
): Promise<number> {
  // One after the other: four services at once would start too slowly on a small machine.
  next();
  const alone = await likeAws(print, { withPlugin: false });
  next();
  const together = await likeAws(print, { withPlugin: true });
  print(`\n${'fact'.padEnd(9)}${'alone'.padEnd(9)}${'plugin'.padEnd(9)}what was recorded`);
  for (const { id, fact } of RECORDED_FACTS)
    print(`${id.padEnd(9)}${mark(alone.has(id))}${mark(together.has(id))}${fact}`);
  print(`\n${countsTable(alone, together)}`);
  if (isWriting) {
    rewrite('README.md', countsTable(alone, together));
    rewrite('API-GATEWAY.md', factsTable());
  }
  return RECORDED_FACTS.length - together.size;
}

async function likeAws(print: Watcher['print'], options: { readonly withPlugin: boolean }): Promise<LikeAws> {
  const service = await startRecorded(options);
  const like = new Set<string>();
  try {
    for (const fact of RECORDED_FACTS) {
      try {
        await service.check(fact);
        like.add(fact.id);
      } catch (error) {
        // Only a difference is an answer; a server that is not there is not.
        if (!(error instanceof AssertionError)) throw error;
        if (options.withPlugin || process.argv.includes('--why'))
          print(`${fact.id}: ${error.message.replaceAll('\n', ' ')}`);
      }
    }
  } finally {
    await service.stop();
  }
  return like;
}

function rewrite(file: string, table: string): void {
  const path = join(GATEWAY, file);
  writeFileSync(path, withSection(readFileSync(path, 'utf8'), 'recorded', table));
}

function mark(isLike: boolean): string {
  return (isLike ? 'like AWS' : '–').padEnd(9);
}
