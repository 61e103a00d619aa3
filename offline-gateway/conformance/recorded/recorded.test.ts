import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RECORDED_FACTS } from './facts.ts';
import { type RecordedService, startRecorded } from './service.ts';

jest.setTimeout(60_000);

describe('serverless offline with the plugin answers as recorded from AWS', () => {
  let service: RecordedService;
  beforeAll(async () => {
    service = await startRecorded({ withPlugin: true });
  });
  afterAll(() => service?.stop());

  it.each(RECORDED_FACTS)('$id: $fact', async (fact) => {
    await expect(service.check(fact)).resolves.toBeUndefined();
  });
});

it('there are at least 150 facts, each with an id of its own', () => {
  expect(RECORDED_FACTS.length).toBeGreaterThanOrEqual(150);
  expect(new Set(RECORDED_FACTS.map(({ id }) => id)).size).toBe(RECORDED_FACTS.length);
});
