/**
 * Stands in for four entries of `@smithy/core` in the bundles: what signing, sending and retrying take from them. The
 * entries themselves bring parts that run when they are loaded and are never used, a third of a task function.
 */

export { HttpRequest, HttpResponse, hasOwn, normalizeProvider } from '@smithy/core/transport';
export { buildQueryString } from '../node_modules/@smithy/core/dist-es/submodules/protocols/querystring-builder/buildQueryString.js';
export { escapeUri } from '../node_modules/@smithy/core/dist-es/submodules/protocols/util-uri-escape/escape-uri.js';
export {
  isThrottlingError,
  isTransientError,
} from '../node_modules/@smithy/core/dist-es/submodules/retry/service-error-classification/service-error-classification.js';
export { StandardRetryStrategy } from '../node_modules/@smithy/core/dist-es/submodules/retry/util-retry/StandardRetryStrategy.js';
export { Hash } from '../node_modules/@smithy/core/dist-es/submodules/serde/hash-node/hash-node.js';
export { isArrayBuffer } from '../node_modules/@smithy/core/dist-es/submodules/serde/is-array-buffer/is-array-buffer.js';
export {
  fromHex,
  toHex,
} from '../node_modules/@smithy/core/dist-es/submodules/serde/util-hex-encoding/hex-encoding.js';
export { streamCollector } from '../node_modules/@smithy/core/dist-es/submodules/serde/util-stream/stream-collector.js';
export { fromUtf8 } from '../node_modules/@smithy/core/dist-es/submodules/serde/util-utf8/fromUtf8.js';
export { toUint8Array } from '../node_modules/@smithy/core/dist-es/submodules/serde/util-utf8/toUint8Array.js';
export { writeKey } from '../node_modules/@smithy/core/dist-es/submodules/serde/writeKey.js';
