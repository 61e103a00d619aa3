/**
 * Stands in for `ms` in the bundles. jsonwebtoken calls it for a time that is given as text, such as `maxAge: '1d'`.
 * Here jsonwebtoken verifies signatures alone.
 */
module.exports = () => {
  throw new Error('not bundled');
};
