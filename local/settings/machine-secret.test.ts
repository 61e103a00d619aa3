import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readMachineSecret } from './machine-secret.ts';

const freshDirectory = () => join(mkdtempSync(join(tmpdir(), 'secret-')), '.local');
const fileIn = (directory: string) => join(directory, readdirSync(directory)[0] ?? '');

describe('readMachineSecret', () => {
  it('makes a secret of at least 32 characters that only its owner can read', () => {
    const directory = freshDirectory();
    expect(readMachineSecret(directory).length).toBeGreaterThanOrEqual(32);
    expect(statSync(fileIn(directory)).mode & 0o777).toBe(0o600);
  });

  it('gives the same secret again, so that tokens outlive a restart', () => {
    const directory = freshDirectory();
    expect(readMachineSecret(directory)).toBe(readMachineSecret(directory));
  });

  it('gives every machine another one', () => {
    expect(readMachineSecret(freshDirectory())).not.toBe(readMachineSecret(freshDirectory()));
  });

  it('replaces one that a crash cut short', () => {
    const directory = freshDirectory();
    readMachineSecret(directory);
    writeFileSync(fileIn(directory), 'abc');
    const secret = readMachineSecret(directory);
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(readMachineSecret(directory)).toBe(secret);
  });
});
