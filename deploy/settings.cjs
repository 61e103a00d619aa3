const { asDeployed } = require('./secrets.cjs');

const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])$/;
/** Addresses that functions on AWS have to reach or that only a server elsewhere can have. */
const REMOTE = ['BETTER_AUTH_URL', 'BETTER_AUTH_JWKS_URL'];

/**
 * Reads the settings of every function with the function's own reader, and what only the stack uses.
 *
 * @throws an error whose message is one sentence about the setting, without its value.
 */
exports.requireSettings = async ({ functions, custom }) => {
  const { readAuthorizerConfig } = await import('../authorizer/config.ts');
  const { apiServices, findRequestsPerMinute } = await import('../functions/services/config.ts');
  for (const { environment = {} } of Object.values(functions)) {
    const env = asDeployed(environment);
    if ('BETTER_AUTH_URL' in env) {
      readAuthorizerConfig(env);
      requireRemote(env);
    }
    apiServices(env);
    findRequestsPerMinute(env);
  }
  if (custom.alarmEmail && !EMAIL.test(custom.alarmEmail))
    throw new Error('ALARM_EMAIL must be one e-mail address such as ops@example.com.');
};

function requireRemote(env) {
  const local = REMOTE.find((name) => LOOPBACK.test(URL.parse(env[name] ?? '')?.hostname ?? ''));
  if (local === undefined) return;
  throw new Error(
    `${local} names this machine, which functions on AWS cannot reach and no user signs in at.`,
  );
}
