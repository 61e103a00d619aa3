/**
 * Stands in for `jsonwebtoken` in the bundles: its `verify` and the error that throws, which is all that is used. Its
 * entry would bring `sign` and seven lodash packages along.
 */
module.exports = {
  verify: require('../node_modules/jsonwebtoken/verify.js'),
  JsonWebTokenError: require('../node_modules/jsonwebtoken/lib/JsonWebTokenError.js'),
};
