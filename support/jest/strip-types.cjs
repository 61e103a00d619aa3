const { stripTypeScriptTypes } = require('node:module');

/**
 * A jest transformer: what Node itself does with TypeScript. Types become spaces, so lines and columns are those of the
 * source and no source map is needed.
 */
module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
