/**
 * Stands in for `ms` in the bundles. jsonwebtoken calls it for a time that is given as text, such as `maxAge: '1d'`; it is
 * asked for signatures alone here.
 */
module.exports = () => {
  throw new Error('jsonwebtoken is given no times here');
};
