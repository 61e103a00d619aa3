import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { InvalidRequest } from '../domain/errors.ts';
import { readQuery } from './query.ts';

const CLOSED = { types: { limit: 'integer' }, closed: true, validate: () => true };

function faultsOf(given: Record<string, string[]>): InvalidRequest['violations'] {
  try {
    readQuery({ multiValueQueryStringParameters: given } as unknown as APIGatewayProxyEvent, CLOSED);
  } catch (error) {
    return (error as InvalidRequest).violations;
  }
  return [];
}

describe('unknown query parameters where they are refused', () => {
  it('are named, but not without end', () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`p${index}`, ['']]));
    expect(faultsOf({ a: ['1'] })).toEqual([{ pointer: '?a', detail: 'is not known' }]);
    expect(faultsOf(many)).toHaveLength(20);
  });

  it.each([
    ['letters', 'x'.repeat(3000)],
    ['characters of four bytes', '😀'.repeat(3000)],
    ['slashes and tildes', '/~'.repeat(3000)],
  ])('are shown with at most the 512 characters of the contract: %s', (_name, name) => {
    const [fault] = faultsOf({ [name]: ['1'] });
    expect(fault?.pointer.length).toBeLessThanOrEqual(512);
  });

  it('are shown as in a URL', () => {
    expect(faultsOf({ 'a/b~c d': ['1'] })).toEqual([{ pointer: '?a%2Fb~c%20d', detail: 'is not known' }]);
  });

  it('are shown when half a surrogate pair is in them', () => {
    expect(faultsOf({ 'a\ud800': ['1'] })).toEqual([{ pointer: '?a%EF%BF%BD', detail: 'is not known' }]);
  });
});
