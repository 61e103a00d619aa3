import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeRestartHint } from './restart-hint.ts';

const HINT = 'serverless.yml has changed since the start: restart to serve it.';
const NOT_FOUND = {
  status: 404,
  headers: [['A', 'b']] as const,
  body: '{"detail":"No such route","code":"x"}',
};
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const save = (text: string) => writeFileSync(join(folder, 'serverless.yml'), text);

describe('the answer for an unknown route', () => {
  it('stays as on AWS while serverless.yml is what it was at the start', () => {
    save('a');
    const addHint = makeRestartHint(folder);
    save('a');
    expect(addHint(NOT_FOUND)).toBe(NOT_FOUND);
  });

  it('says that a restart is needed once it has changed', () => {
    save('a');
    const addHint = makeRestartHint(folder);
    save('b');
    expect(addHint(NOT_FOUND)).toEqual({
      status: 404,
      headers: [
        ['A', 'b'],
        ['X-Offline-Gateway', HINT],
      ],
      body: JSON.stringify({ detail: `No such route. ${HINT}`, code: 'x' }),
    });
    expect(addHint({ ...NOT_FOUND, body: '{"message":"Forbidden."}' }).body).toContain(`Forbidden. ${HINT}`);
  });

  it.each(['no JSON', '{"other":1}', 'null'])('says so in the header alone when the body is %s', (body) => {
    save('a');
    const addHint = makeRestartHint(folder);
    save('b');
    expect(addHint({ ...NOT_FOUND, body })).toMatchObject({
      body,
      headers: [
        ['A', 'b'],
        ['X-Offline-Gateway', HINT],
      ],
    });
  });

  it('stays as on AWS for a service whose configuration is code', () => {
    expect(makeRestartHint(folder)(NOT_FOUND)).toBe(NOT_FOUND);
  });
});
