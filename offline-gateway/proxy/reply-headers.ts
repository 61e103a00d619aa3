import type { HeaderLines } from '../responses/render.ts';

type Values = ReadonlyMap<string, readonly string[]>;

/** GW-801: sent under another name, so that the function cannot speak for the gateway. */
const REMAPPED = new Set(
  'authorization connection content-md5 max-forwards user-agent www-authenticate date server'.split(' '),
);

/** GW-802, GW-803: never sent. `Content-Length` is counted again, and the gateway's own ids win. */
const DROPPED = new Set(
  `expect host proxy-authenticate te transfer-encoding trailer upgrade via content-length x-amzn-requestid
   x-amz-apigw-id x-amzn-trace-id`.split(/\s+/),
);

/**
 * GW-801, GW-807, GW-812: a function's headers as they go on the wire, one line for each value. Unless the function says
 * otherwise, the content type is `application/json` without a charset. A name given both ways is merged, spelled as in `multiValueHeaders`.
 */
export function sendableHeaders(multi: Values, single: Values): HeaderLines {
  const merged = merge(multi, single);
  const lines: (readonly [string, string])[] = [];
  for (const [lower, { name, values }] of merged) {
    if (DROPPED.has(lower)) continue;
    const sent = REMAPPED.has(lower) ? `x-amzn-Remapped-${name}` : name;
    for (const value of values) lines.push([sent, value]);
  }
  return merged.has('content-type') ? lines : [['Content-Type', 'application/json'], ...lines];
}

function merge(multi: Values, single: Values) {
  const merged = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, values] of [...multi, ...single]) {
    const lower = name.toLowerCase();
    const known = merged.get(lower);
    if (!known) merged.set(lower, { name, values: [...values] });
    else known.values.push(...values.filter((value) => !known.values.includes(value)));
  }
  return merged;
}
