/**
 * Stands in for `ecdsa-sig-formatter` in the bundles. Here jsonwebtoken verifies HMAC alone. It refuses every other
 * algorithm before it would call this module. jose verifies signatures of key pairs.
 */
const refuse = () => {
  throw new Error('not bundled');
};

module.exports = { derToJose: refuse, joseToDer: refuse };
