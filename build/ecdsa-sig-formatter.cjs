/**
 * Stands in for `ecdsa-sig-formatter` in the bundles. jsonwebtoken is asked for HMAC alone and refuses every other
 * algorithm before it would come here; signatures of key pairs are verified by jose.
 */
const refuse = () => {
  throw new Error('ECDSA is not verified by jsonwebtoken here');
};

module.exports = { derToJose: refuse, joseToDer: refuse };
