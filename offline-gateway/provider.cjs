'use strict';

/**
 * What `custom.offline.customAuthenticationProvider` names. serverless-offline loads it by path with `require`, and calls
 * it for every http and httpApi event. The plugin loads the same module, and says what it answers.
 */
let provide;

module.exports = (endpoint, functionKey, method, path) => provide(endpoint, functionKey, method, path);

module.exports.answerWith = (provider) => {
  provide = provider;
};
