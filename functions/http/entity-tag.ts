import type { ExpectedVersion } from '../domain/record-store.ts';
import { Refusal } from './refusals.ts';

/** One entity tag of a list, weak or strong (RFC 9110 §8.8.3). */
const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/;
const TAG_LIST = new RegExp(`^[ \\t,]*(?:${TAG.source}[ \\t]*(?:,[ \\t,]*|$))+$`);
const VERSION_TAG = /^"([1-9]\d{0,14})"$/;

/** Most versions that are compared; DynamoDB's IN takes no more. */
const VERSIONS_MAX = 100;

/** The strong entity tag of a version. */
export function toEntityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The versions `If-Match` asks for, by strong comparison: a weak tag matches none.
 *
 * @throws {Refusal} for a header that cannot be read: a condition that is not understood must not be dropped. Also for
 * weak tags alone: the task may not have changed at all, so the answer must not be to read it again.
 */
export function readIfMatch(header: string | undefined): ExpectedVersion {
  if (header === undefined || header.trim() === '*') return 'any';
  const tags = readTags(header);
  const versions = tags.flatMap(({ weak, tag }) => {
    const version = weak ? undefined : VERSION_TAG.exec(tag)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (versions.length === 0 && tags.some(({ weak }) => weak)) throw new Refusal('weak_entity_tag');
  const distinct = [...new Set(versions)];
  if (distinct.length > VERSIONS_MAX) throw new Refusal('malformed_header');
  return distinct;
}

/**
 * Whether `If-None-Match` names this entity tag, by weak comparison. A header that cannot be read names none, because
 * the whole reply is always right.
 */
export function matchesEntityTag(header: string | undefined, entityTag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  if (!TAG_LIST.test(header)) return false;
  return readTags(header).some(({ tag }) => tag === entityTag);
}

function readTags(header: string): { weak: boolean; tag: string }[] {
  if (!TAG_LIST.test(header)) throw new Refusal('malformed_header');
  return [...header.matchAll(new RegExp(TAG, 'g'))].map(([, weak, tag = '']) => ({
    weak: weak !== undefined,
    tag,
  }));
}
