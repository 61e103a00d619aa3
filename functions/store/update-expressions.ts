import type { Kind } from '../domain/kind.ts';
import type { ExpectedVersion, RecordUpdate } from '../domain/record-store.ts';
import { type Item, toAttributes } from './item.ts';
import { ITEM_EXISTS } from './table.ts';

/** No record has this version; a condition on it tells a missing record from a stale one and never holds. */
const NO_VERSION = 0;

/** Condition: the last update of the item is not this one, sent before. */
const NOT_CHANGED_BY_THIS_UPDATE = '(attribute_not_exists(changeId) OR changeId <> :changeId)';

/** The condition that the record exists, in one of the expected versions; a missing record has no version. */
export function versionCondition(expected: ExpectedVersion) {
  if (expected === 'any') return { ConditionExpression: ITEM_EXISTS };
  const versions = expected.length === 0 ? [NO_VERSION] : expected;
  const values = Object.fromEntries(versions.map((version, index) => [`:v${index}`, { N: String(version) }]));
  return {
    ConditionExpression: `version IN (${Object.keys(values).join(', ')})`,
    ExpressionAttributeValues: values,
  };
}

/**
 * Sets the given fields only, so that updates of different fields do not undo each other; counts the version up.
 *
 * @param update.changeId of this update alone: sent a second time in a row it is refused, and not counted twice.
 */
export function toUpdate<Fields>(
  kind: Kind<Fields>,
  id: string,
  { changes, expected, nowMs, changeId }: RecordUpdate<Fields> & { readonly changeId: string },
) {
  const set: Item = {
    updatedAt: { S: new Date(nowMs).toISOString() },
    changeId: { S: changeId },
    ...toAttributes(kind, changes, id),
  };
  const fields = Object.keys(set);
  const condition = versionCondition(expected);
  return {
    UpdateExpression: `SET ${fields.map((field) => `#${field} = :${field}`).join(', ')} ADD version :one`,
    ConditionExpression: `${condition.ConditionExpression} AND ${NOT_CHANGED_BY_THIS_UPDATE}`,
    ExpressionAttributeNames: Object.fromEntries(fields.map((field) => [`#${field}`, field])),
    ExpressionAttributeValues: {
      ...condition.ExpressionAttributeValues,
      ...Object.fromEntries(Object.entries(set).map(([field, value]) => [`:${field}`, value])),
      ':one': { N: '1' },
    },
  };
}
