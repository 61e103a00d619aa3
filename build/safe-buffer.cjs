/** Stands in for `safe-buffer` in the bundles: Node's own module, which the package hands on since Node 5.10. */
module.exports = require('node:buffer');
