import type { KeySetSource } from '../../authorizer/key-set-source.ts';
import { type Advice, type AdviceInput, show } from './advice-input.ts';

/** Better Auth reads at most this many rows of its `jwks` table. */
const JWKS_ROWS_MAX = 100;

const FULL_TABLE =
  'The jwks table of the Better Auth server is full: run deleteAllKeys of examples/sign-in-server/delete-old-keys.ts there, then deleteOldKeys daily.';
const CURRENT_SET =
  'Set BETTER_AUTH_JWKS to the current answer of /api/auth/jwks of the server that issued it.';
const RIGHT_ADDRESS =
  'Set BETTER_AUTH_JWKS_URL to /api/auth/jwks of the sign-in server (basePath and jwksPath change this path).';
const ALGORITHMS =
  'Let the server sign with EdDSA, ES256, ES512, RS256 or PS256: jwks.keyPairConfig of the jwt() plugin.';

/** The token names a key that is not in the set, or no key. */
export function adviseUnknownKey({ header, config, keySet }: AdviceInput): Advice {
  const { kid } = header;
  if (kid === undefined || kid === '') {
    return {
      problem: 'Its header has no kid, which names the key that signed it.',
      fix: 'Let the signer write the kid of its key. The jwt() plugin does this by itself, without a sign function.',
    };
  }
  if (config.keySet?.kind === 'inline')
    return { problem: `Its key, kid ${show(kid)}, is not in BETTER_AUTH_JWKS.`, fix: CURRENT_SET };
  return { problem: missingKey(kid, keySet.size), fix: fixMissingKey(keySet.size) };
}

function missingKey(kid: unknown, size: number | undefined): string {
  const set = size === undefined ? 'the key set' : `the ${size} key${size === 1 ? '' : 's'}`;
  return `Its key, kid ${show(kid)}, is not among ${set} at BETTER_AUTH_JWKS_URL.`;
}

/** The full table is named only where it can be the cause: a server with one key has not rotated yet. */
function fixMissingKey(size = 0): string {
  if (size >= JWKS_ROWS_MAX) return FULL_TABLE;
  const otherServer =
    'Point BETTER_AUTH_JWKS_URL to the server that issued it. A local server makes a new key when it starts: get a new token.';
  return size < 2 ? otherServer : `If each new token names another kid: ${FULL_TABLE} If not: ${otherServer}`;
}

/** The keys cannot be used: the real reason, and what to change. */
export function adviseUnavailableKeys({ config, keySet }: AdviceInput): Advice {
  const { failure, skipped, size } = keySet;
  const reasons = skipped.join('; ');
  if (config.keySet?.kind === 'inline')
    return { problem: `No key in BETTER_AUTH_JWKS can be used: ${reasons}.`, fix: CURRENT_SET };
  if (failure === NO_USABLE_KEY && size === 0)
    return { problem: 'The key set at BETTER_AUTH_JWKS_URL is empty.', fix: FULL_TABLE };
  if (failure === NO_USABLE_KEY)
    return { problem: `No key at BETTER_AUTH_JWKS_URL can be used: ${reasons}.`, fix: ALGORITHMS };
  return {
    problem: `The key set cannot be used: ${failure ?? 'it was not loaded'}.`,
    fix: fixFailure(failure ?? '', config.keySet),
  };
}

const NO_USABLE_KEY = 'the key set holds no usable key';

/** By the words of authorizer/fetch-key-set.ts; the tests get each of them from a real answer. */
function fixFailure(failure: string, source: KeySetSource | undefined): string {
  if (/redirect/.test(failure)) return 'Set BETTER_AUTH_JWKS_URL to the address that it redirects to.';
  if (/not a JSON Web Key Set/.test(failure))
    return `The address shows a page or other data. ${RIGHT_ADDRESS}`;
  if (/answered 404/.test(failure)) {
    return `${RIGHT_ADDRESS} The server needs the jwt() plugin. With a sign function it publishes no keys: set BETTER_AUTH_SECRET instead.`;
  }
  if (/answered/.test(failure))
    return 'Read the log of the sign-in server. Until it answers 200, the API answers 503.';
  if (/no answer within/.test(failure)) return 'Set JWKS_TIMEOUT_MS=4000, or make the server answer faster.';
  if (/64 KB/.test(failure)) return FULL_TABLE;
  if (/compressed/.test(failure))
    return 'Let the server, or the proxy in front of it, send the set without compression.';
  const address = source?.kind === 'url' ? ` at ${source.url.origin}` : '';
  return `Start the sign-in server${address}. Until it answers, the API answers 503.`;
}
