const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, renameSync } = require('node:fs');
const { dirname, join } = require('node:path');

const MODULES = join(__dirname, '../../node_modules');
/** Which versions are installed; npm writes it. */
const INSTALLED = join(MODULES, '.package-lock.json');
/** Its check of serverless.yml is proven to be equal (local/stack/used-schema.test.ts). */
const ENTRY = `
  const Handler = require('serverless/lib/classes/config-schema-handler');
  const { validateUsed } = require('../../local/stack/used-schema.ts');
  const { validateConfig } = Handler.prototype;
  Handler.prototype.validateConfig = function (configuration) {
    return validateUsed(this, validateConfig.bind(this), configuration);
  };
  EvalError.$serverlessCommandStartTime = process.hrtime();
  require('serverless/scripts/serverless.js');`;
/** What a bundle would have otherwise of its own. */
const OF_ITS_FILE = /\b__(dir|file)name\b/g;

/**
 * The framework in one file, made once per installation. Tests start it often. Most of a start is to find its 1,500 files,
 * and to compile the program of 9 MB that checks serverless.yml.
 *
 * @returns {Promise<string>} the file.
 */
exports.bundleFramework = async () => {
  const sources = [
    readFileSync(INSTALLED),
    readFileSync(__filename),
    readFileSync(join(__dirname, '../../local/stack/used-schema.ts')),
  ];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source);
  const file = join(MODULES, '.cache', `framework-${hash.digest('hex').slice(0, 16)}.cjs`);
  if (!existsSync(file)) await bundle(file);
  return file;
};

async function bundle(file) {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await require('esbuild').build({
    stdin: { contents: ENTRY, resolveDir: __dirname },
    bundle: true,
    platform: 'node',
    minifyWhitespace: true,
    external: ['esbuild', 'tsx'],
    outfile: unfinished,
    logLevel: 'error',
    plugins: [{ name: 'places', setup: keepPlaces }],
  });
  renameSync(unfinished, file);
}

/** Each file goes on to know where it is. */
function keepPlaces(build) {
  build.onLoad({ filter: /\.js$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    const places = { __dirname: dirname(path), __filename: path };
    return { contents: text.replaceAll(OF_ITS_FILE, (word) => JSON.stringify(places[word])) };
  });
}
