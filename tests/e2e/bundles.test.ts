import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { packageService } from '../../support/packaged.ts';
import { sharedStack } from '../../support/stack.ts';

const BUNDLES = '.local/bundles';

it('the bundles of the local stack are those that are deployed, byte for byte', async () => {
  const { folder } = await sharedStack();
  const { zips } = await packageService('dev');
  const deployed = Object.values(zips).flat();
  expect(deployed).toHaveLength(Object.keys(zips).length);
  expect(deployed.length).toBeGreaterThan(1);
  const local = deployed.map(({ name, mode }) => {
    const contents = readFileSync(join(folder, BUNDLES, name));
    return { name, bytes: contents.length, crc32: crc32(contents), mode };
  });
  expect(local).toEqual(deployed);
}, 300_000);
