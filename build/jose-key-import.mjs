import { jwsAlgorithm } from '../node_modules/jose/dist/webapi/lib/jws_algorithms.js';
import { jwkToKey, normalizeJwk } from '../node_modules/jose/dist/webapi/lib/key.js';

/**
 * Stands in for `jose/key/import` in the bundles: what its `importJWK` does with a public key and an algorithm for signatures.
 * The entry would bring the algorithms for encryption along.
 */
export const importJWK = async (jwk, alg) => jwkToKey(jwsAlgorithm(alg), normalizeJwk(jwk));
