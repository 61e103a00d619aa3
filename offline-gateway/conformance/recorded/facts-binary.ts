import { type Expected, numbered, type Observation, type RecordedFact } from './fact.ts';

const RECORDING = 'lambda `test_aws_proxy_binary_response`';
const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/wIAAgkBAyMAlYwAAAAASUVORK5CYII=';
const BYTES: Expected = { status: 200, bytes: IMAGE };
const TEXT: Expected = { status: 200, body: IMAGE };

interface Answer {
  readonly accept?: string;
  readonly type?: string;
  readonly isBase64Encoded?: boolean;
  readonly setting?: 'plain';
}

/** The binary media types are image/png, `*\/test`, `application/*` and image/jpg, unless plain. */
function answered(fact: string, expected: Expected, answer: Answer): Observation {
  const { accept, type, isBase64Encoded = true, setting = 'configured' } = answer;
  const headers = { ...(type && { 'Content-Type': type }), 'Cache-Control': 'no-cache' };
  return {
    fact,
    recording: RECORDING,
    setting,
    request: {
      method: 'POST',
      target: '/dev/reply',
      headers: accept === undefined ? [] : [['Accept', accept]],
      body: JSON.stringify({ statusCode: 200, body: IMAGE, isBase64Encoded, headers }),
    },
    expected,
  };
}

const type = 'image/png';

/** When a base64 body becomes bytes. */
export const BINARY_FACTS: readonly RecordedFact[] = numbered(1401, [
  answered('Without binary media types a base64 body stays text, whatever the client accepts.', TEXT, {
    accept: 'image/png',
    type,
    setting: 'plain',
  }),
  answered('A client that accepts a binary media type gets bytes.', BYTES, { accept: 'image/png', type }),
  answered('`Accept: image/*` does not match image/png.', TEXT, { accept: 'image/*', type }),
  answered('`Accept: */test` does not match a listed `*/test`.', TEXT, { accept: '*/test', type }),
  answered('A listed `*/test` does not match random/test.', TEXT, { accept: 'random/test', type }),
  answered('`Accept: */*` does not match image/png.', TEXT, { accept: '*/*', type }),
  answered('Only the first type of `Accept` counts, and image/webp is not listed.', TEXT, {
    accept: 'image/webp,image/png,*/*;q=0.8',
    type,
  }),
  answered('Only the first type of `Accept` counts, and image/png is listed.', BYTES, {
    accept: 'image/png,image/*,*/*;q=0.8',
    type,
  }),
  answered('A body that is not said to be base64 stays text.', TEXT, {
    accept: 'image/png',
    type,
    isBase64Encoded: false,
  }),
  answered('A listed `application/*` matches application/whatever.', BYTES, {
    accept: 'application/whatever',
    type: 'application/test',
  }),
  answered('A listed `application/*` matches application/test.', BYTES, {
    accept: 'application/test',
    type: 'application/test',
  }),
  answered('A listed `application/*` matches itself.', BYTES, {
    accept: 'application/*',
    type: 'application/test',
  }),
  answered('The content type of the reply need not be what the client accepts.', BYTES, {
    accept: 'image/jpg',
    type,
  }),
  answered('The content type of the reply may be under a listed wildcard.', BYTES, {
    accept: 'image/png',
    type: 'application/whatever',
  }),
  answered('The reply needs no content type.', BYTES, { accept: 'image/png' }),
  answered('`Accept: application` does not match `application/*`.', TEXT, { accept: 'application' }),
  answered('Without `Accept` a base64 body stays text.', TEXT, {}),
]);
