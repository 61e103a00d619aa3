import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageService } from '../../support/packaged.ts';
import { type RunningStack, startStack } from '../../support/stack.ts';

const BUNDLES = '.local/bundles';
const SOURCE = 'functions/get-health.ts';
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

let stack: RunningStack;
let original: string;

beforeAll(async () => {
  stack = await startStack();
  original = readFileSync(join(stack.folder, SOURCE), 'utf8');
}, 60_000);
afterAll(() => stack.stop());

const edit = (from: string, to: string) =>
  writeFileSync(join(stack.folder, SOURCE), original.replace(from, to));
async function health(): Promise<Record<string, unknown>> {
  const reply = await fetch(`${stack.apiUrl}/api/health`);
  return (await reply.json()) as Record<string, unknown>;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms:\n${stack.output()}`);
    await sleep(POLL_MS);
  }
}

describe('the bundles of the local stack', () => {
  it('are those that are deployed, byte for byte', async () => {
    const { zips } = await packageService('dev');
    const deployed = Object.values(zips).flat();
    expect(deployed).toHaveLength(Object.keys(zips).length);
    expect(deployed.length).toBeGreaterThan(1);
    const local = deployed.map(({ name }) => {
      const contents = readFileSync(join(stack.folder, BUNDLES, name));
      return { name, bytes: contents.length, crc32: crc32(contents) };
    });
    expect(local).toEqual(deployed);
  }, 60_000);

  it('are made anew when a source changes', async () => {
    edit("status: 'ok'", "status: 'ok', edited: true");
    await until(async () => (await health())['edited'] === true);
  }, 20_000);

  it('stay what they were while a source does not compile, and the terminal says where', async () => {
    const before = await health();
    edit('async', 'async async');
    await until(() => stack.output().includes(SOURCE));
    expect(await health()).toEqual(before);
    edit('', '');
    await until(async () => (await health())['edited'] === undefined);
  }, 30_000);
});
