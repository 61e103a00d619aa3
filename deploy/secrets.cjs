const { scryptSync } = require('node:crypto');

/**
 * Variable file of serverless.yml: the secrets as the functions get them (docs/adr/0010-secrets.md).
 *
 * A secret out of the environment travels as a CloudFormation parameter that no one can read back (`NoEcho`).
 * The template and the state file, which the framework uploads, hold only a reference. `serverless offline` has no
 * CloudFormation and gets the value itself.
 */
const PARAMETERS = { BETTER_AUTH_SECRET: 'BetterAuthSecret', BETTER_AUTH_SECRETS: 'BetterAuthSecrets' };

/** As it is: a space at the end of a secret is part of it. */
const given = (name) => (process.env[name]?.trim() ? process.env[name] : undefined);

module.exports = async ({ resolveVariable }) => {
  const offline = process.argv[2] === 'offline';
  const secretOf = (name, otherwise) => {
    if (given(name) === undefined) return otherwise;
    return offline ? given(name) : { Ref: PARAMETERS[name] };
  };
  return {
    BETTER_AUTH_SECRET: secretOf(
      'BETTER_AUTH_SECRET',
      standsAlone() ? '' : requireReference(await resolveVariable('param:betterAuthSecret')),
    ),
    BETTER_AUTH_SECRETS: secretOf('BETTER_AUTH_SECRETS', ''),
  };
};

/** A secret on the command line would be in the shell's history, and in the template. */
function requireReference(text) {
  if (text === '' || isReference(text)) return text;
  throw new Error(
    'betterAuthSecret takes a {{resolve:…}} reference. Put the secret itself into BETTER_AUTH_SECRET.',
  );
}

const isReference = (value) => typeof value === 'string' && value.startsWith('{{resolve:');

/** A key set, or a list of secrets, needs no stored secret: key-set mode keeps none on AWS at all. */
const standsAlone = () =>
  ['BETTER_AUTH_JWKS_URL', 'BETTER_AUTH_JWKS', 'BETTER_AUTH_SECRETS'].some(
    (name) => given(name) !== undefined,
  );

/**
 * Differs when a secret of the environment differs, so that the template does. It does not
 * help to guess a secret: each guess takes a key derivation. Any token that the secret signed allows cheaper guesses.
 */
module.exports.fingerprintOfSecrets = (stackName) => {
  const parameters = module.exports.secretParameters();
  if (parameters.length === 0) return undefined;
  return scryptSync(JSON.stringify(parameters), stackName, 24).toString('base64url');
};

/** What CloudFormation gets in addition to the template when a stack is created or updated. */
module.exports.secretParameters = () =>
  Object.entries(PARAMETERS).flatMap(([name, ParameterKey]) => {
    const ParameterValue = given(name);
    return ParameterValue === undefined ? [] : [{ ParameterKey, ParameterValue }];
  });

/** The same for an older template, which may need a secret that this environment does not have: what was given stays. */
module.exports.keptSecretParameters = () =>
  Object.entries(PARAMETERS).map(([name, ParameterKey]) => {
    const ParameterValue = given(name);
    return ParameterValue === undefined
      ? { ParameterKey, UsePreviousValue: true }
      : { ParameterKey, ParameterValue };
  });

/** For a secret that only CloudFormation can read. */
const UNSEEN = 'a secret that CloudFormation alone can read';

/** The settings a function will run with, as far as they can be known before. */
module.exports.asDeployed = (environment) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      if (isReference(value)) return [name, UNSEEN];
      return [name, typeof value === 'string' ? value : given(name)];
    }),
  );
