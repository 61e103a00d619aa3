const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Bits 62 to 73 of a UUIDv7, used as a counter so that ids made in one millisecond keep their order. */
const COUNTER_MAX = 0xfff;

/** Whether a text can be the id of a record. */
export function isRecordId(text: string | undefined): text is string {
  return text !== undefined && UUID_V7.test(text);
}

/**
 * Makes UUIDv7 ids that ascend within this process (RFC 9562 §6.2, method 1), also when the clock is set back.
 *
 * @param now milliseconds since the epoch.
 * @param random that many random bytes.
 */
export function makeNewId(now: () => number, random: (bytes: number) => Uint8Array): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const bytes = random(10);
    const nowMs = now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The upper half stays free, so that a burst in one millisecond has at least 2048 ids before it borrows the next.
      counter = ((bytes[0] ?? 0) << 3) | ((bytes[1] ?? 0) & 7);
    } else if (++counter > COUNTER_MAX) {
      lastMs += 1;
      counter = 0;
    }
    return toUuid(lastMs, counter, bytes.subarray(2));
  };
}

function toUuid(ms: number, counter: number, random: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0');
  const [first = 0, ...rest] = random;
  const tail = [(first & 0x3f) | 0x80, ...rest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const count = counter.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
