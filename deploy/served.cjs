/** What `served` of a function may say: its parameter comes from serverless.yml or as text from the command line. */
exports.servedSchema = { enum: [true, false, 'true', 'false'] };

/** Takes functions out that this stage does not serve, before anything is bundled, routed or drawn. */
exports.leaveOut = (functions = {}) => {
  for (const [name, { served = true }] of Object.entries(functions)) {
    if (String(served) === 'false') delete functions[name];
  }
};
