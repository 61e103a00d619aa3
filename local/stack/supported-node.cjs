/** From this version on Node runs TypeScript directly, and all other files of this folder need that. */
const OLDEST = { major: 22, minor: 18 };

/** Ends the process with one sentence where Node would end it with "Unknown file extension .ts". */
exports.requireSupportedNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  console.error(
    `The local stack needs Node ${OLDEST.major}.${OLDEST.minor} or newer and this is Node ${process.versions.node}. ` +
      'Run it as npm run dev or npx serverless offline start: both use the Node that npm ci installed.',
  );
  process.exit(1);
};
