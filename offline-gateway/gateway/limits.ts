import type { Exchange } from '../exchange/exchange.ts';
import type { Reporter } from '../report.ts';

const HEADER_VALUE_BYTES = 10_240;

/** GW-603: a large token and large cookies together can exceed the limit on AWS. Here the request passes. */
export function warnOfLargeHeaders({ req, method, path }: Exchange, reporter: Reporter): void {
  let bytes = 0;
  for (let at = 1; at < req.rawHeaders.length; at += 2) bytes += req.rawHeaders[at]?.length ?? 0;
  if (bytes <= HEADER_VALUE_BYTES) return;
  reporter.once(
    'large headers',
    `${method} ${path} has ${bytes} bytes of header values. API Gateway's limit is ${HEADER_VALUE_BYTES}; what it answers above that is not documented, and this emulation goes on.`,
  );
}
