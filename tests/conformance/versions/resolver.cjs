/**
 * jest's resolver, with better-auth taken from the folder that BETTER_AUTH_FOLDER names. What better-auth itself imports is
 * found from there, as for anyone who installs that version.
 */
const folder = process.env['BETTER_AUTH_FOLDER'];

module.exports = (request, options) => {
  const basedir = /^better-auth(\/|$)/.test(request) ? folder : options.basedir;
  return options.defaultResolver(request, { ...options, basedir });
};
