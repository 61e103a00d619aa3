/**
 * Stands in for `buffer-equal-constant-time` in the bundles. jwa calls it only where `crypto.timingSafeEqual` is missing,
 * which Node has had since version 6.6.
 */
module.exports = () => {
  throw new Error('not bundled');
};
