import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClaimRules, readIdentity } from '../../authorizer/claims.ts';
import { clientOf, type Embedded, startDynamo, viaSdk } from '../../support/dynamodb.ts';
import { goodClaims, ISSUER, NOW_MS } from '../../support/tokens.ts';
import type { CountRequest, Subject } from '../domain/request-counter.ts';
import { makeDynamoRequestCounter } from './dynamo-request-counter.ts';

let dynamo: Embedded;
let tableName: string;
let count: CountRequest;
let requests: number;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  tableName = await dynamo.freshTable();
  requests = 0;
  const client = clientOf(dynamo.endpoint);
  client.middlewareStack.add(
    (next) => (args) => {
      requests++;
      return next(args);
    },
    { step: 'initialize' },
  );
  count = makeDynamoRequestCounter({ client: viaSdk(client), tableName });
});

const RULES: ClaimRules = {
  issuers: [ISSUER],
  audiences: [ISSUER],
  clockToleranceS: 0,
  maxAgeS: undefined,
  claimNames: [],
};
const ANN: Subject = { userId: 'ann' };
const window = (subject: Subject, limit: number, windowStartS = 60) => ({
  subject,
  limit,
  windowStartS,
  expiresAtS: windowStartS + 120,
});

describe('makeDynamoRequestCounter', () => {
  it('lets exactly 60 of 100 parallel requests through, with one write each', async () => {
    const counts = await Promise.all(Array.from({ length: 100 }, () => count(window(ANN, 60))));
    const allowed = counts.filter((used) => used !== undefined).toSorted((one, other) => one - other);
    expect(allowed).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(requests).toBe(100);
  });

  it('counts users, addresses and windows apart, also a user who is named like an address', async () => {
    const subjects: Subject[] = [
      ANN,
      { userId: 'bob' },
      { address: '192.0.2.1' },
      { userId: '192.0.2.1' },
      { address: 'ann' },
    ];
    for (const subject of subjects) expect(await count(window(subject, 1))).toBe(1);
    for (const subject of subjects) expect(await count(window(subject, 1))).toBeUndefined();
    expect(await count(window(ANN, 1, 120))).toBe(1);
  });

  it('leaves a record that DynamoDB deletes, in a partition that no user can have', async () => {
    await count(window(ANN, 5));
    await count(window({ address: '192.0.2.1' }, 5));
    const { Items = [] } = await dynamo.sdk.send(new ScanCommand({ TableName: tableName }));
    const rest = { id: { S: '~rate#60' }, count: { N: '1' }, expiresAt: { N: '180' } };
    expect(
      Items.toSorted((one, other) => String(one['userId']?.S).localeCompare(String(other['userId']?.S))),
    ).toEqual([
      { userId: { S: 'requests\naddress#192.0.2.1' }, ...rest },
      { userId: { S: 'requests\nuser#ann' }, ...rest },
    ]);
    for (const { userId } of Items) {
      const claims = goodClaims({ sub: userId?.S });
      expect(() => readIdentity(claims, RULES, NOW_MS)).toThrow(
        expect.objectContaining({ code: 'invalid_subject' }),
      );
    }
  });
});
