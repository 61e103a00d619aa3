/** Stands in for `jws` in the bundles: the half that verifies, as jsonwebtoken's `verify` and `decode` use it. */
const { verify, decode } = require('../node_modules/jws/lib/verify-stream.js');

module.exports = { verify, decode };
