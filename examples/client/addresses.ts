import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where the API and Better Auth are: `API_URL` and `AUTH_URL` of the environment, else where the local stack listens. Its
 * ports come from the environment, then from the `.env` that `npm run dev` reads. `API_URL` in that file is left alone: it may
 * name a deployment.
 *
 * @param file the `.env`; it need not exist.
 */
export function readAddresses(env: Env, file: URL): { readonly API_URL: string; readonly AUTH_URL: string } {
  const saved: Env = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const setting = (name: string) => env[name]?.trim() || saved[name]?.trim() || undefined;
  const isOwnServer = setting('LOCAL_AUTH')?.toLowerCase() === 'off';
  const signIn = isOwnServer ? setting('BETTER_AUTH_URL') : undefined;
  return {
    API_URL: (env['API_URL'] || `http://localhost:${setting('API_PORT') ?? 4700}`).replace(/\/$/, ''),
    AUTH_URL: env['AUTH_URL'] || (signIn ?? `http://localhost:${setting('AUTH_PORT') ?? 4701}`),
  };
}
