const { createWriteStream } = require('node:fs');
const { mkdir } = require('node:fs/promises');
const { join, relative } = require('node:path');
const { pipeline } = require('node:stream/promises');
const esbuild = require('esbuild');
const { ZipFile } = require('yazl');

/** In every zip, so that the same sources give the same bytes and an unchanged function is not uploaded. */
const MODIFIED = new Date(1980, 0, 1);

/**
 * Serverless plugin: bundles all functions in one pass, and gives each a zip with its one file. The framework uploads
 * what `package.artifact` names and does not look into it. A function that names an artifact or an image itself keeps it.
 */
module.exports = class PackagePlugin {
  constructor(serverless, { function: name, package: folder }) {
    this.serverless = serverless;
    this.folder = folder;
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.packageAll(),
      // `serverless deploy function --function name`
      'before:package:function:package': () => this.packageAll([name]),
      'before:invoke:local:invoke': () => {
        throw new serverless.classes.Error(
          'serverless invoke local bundles nothing. Call the function in npm run dev.',
        );
      },
    };
  }

  async packageAll(names = Object.keys(this.serverless.service.functions)) {
    const { service, serviceDir, classes } = this.serverless;
    const functions = Object.fromEntries(
      names.map((name) => [name, service.functions[name]]).filter(([, definition]) => isBundled(definition)),
    );
    const withFiles = Object.keys(functions).find((name) => functions[name].package?.patterns?.length > 0);
    if (withFiles !== undefined)
      throw new classes.Error(`package.patterns of ${withFiles}: a zip holds the bundle and no other file.`);
    const folder = join(serviceDir, this.folder ?? service.package.path ?? '.serverless');
    const bundles = await bundle({ custom: service.custom, functions }, serviceDir).catch(() => {
      // esbuild has printed where.
      throw new classes.Error('The functions do not compile.');
    });
    await mkdir(folder, { recursive: true });
    await Promise.all(
      bundles.map(async ({ name, file, contents }) => {
        const artifact = join(folder, `${name}.zip`);
        await zip(artifact, file, contents);
        const { package: own } = functions[name];
        functions[name].package = { ...own, artifact: relative(serviceDir, artifact) };
      }),
    );
  }
};

const isBundled = ({ handler, package: { artifact } = {} }) =>
  handler !== undefined && artifact === undefined;

/** The bundle of each function: name of the function, name of the file with slashes, contents. */
async function bundle(service, serviceDir) {
  const { bundleOptions, entriesOf, entryOf, entryPoints } = await import('../local/stack/bundle-options.ts');
  const { outputFiles } = await esbuild.build({
    ...bundleOptions(service),
    entryPoints: entryPoints(entriesOf(service)),
    absWorkingDir: serviceDir,
    outdir: serviceDir,
    write: false,
    logLevel: 'warning',
  });
  const nameOf = (path) => relative(serviceDir, path).replaceAll('\\', '/');
  const contentsOf = new Map(outputFiles.map(({ path, contents }) => [nameOf(path), contents]));
  return Object.entries(service.functions).map(([name, definition]) => {
    const file = `${entryOf(definition)}${service.custom.esbuild.outputFileExtension}`;
    return { name, file, contents: contentsOf.get(file) };
  });
}

async function zip(path, name, contents) {
  const archive = new ZipFile();
  // Readable for the user of the Lambda, on every system that packages.
  const entry = { mtime: MODIFIED, mode: 0o100644, forceDosTimestamp: true };
  archive.addBuffer(Buffer.from(contents), name, entry);
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(path));
}
