import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import type { Env } from '../../common/env.ts';
import type { ColdStart } from './cold-start.ts';
import { startRuntimeApi } from './runtime-api.ts';

const HANG_MS = 20_000;

/**
 * A measurement of the milliseconds from the spawn of the runtime client to the reply at the Runtime API.
 *
 * @param client the file that Lambda's own bootstrap runs.
 */
export function runtimeStart(
  client: string,
  { bundle, event, env, check }: ColdStart,
): () => Promise<number> {
  return async () => {
    // One for each start: the last request of a client that was ended would take the event of the next.
    const api = await startRuntimeApi(event);
    const environment = { ...lambdaEnv(bundle, api.address), ...env };
    const begun = performance.now();
    const child = spawn(process.execPath, [client], {
      env: environment,
      // The fourth takes the log lines, as in Lambda; without it the client would load process.stdout for them.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: HANG_MS,
      killSignal: 'SIGKILL',
    });
    const said: string[] = [];
    for (const stream of child.stdio.slice(1)) stream?.on('data', (chunk) => said.push(String(chunk)));
    const closed = once(child, 'close');
    const died = closed.then(([code, signal]) => {
      throw new Error(`${bundle} ended with ${code ?? signal} before it replied: ${said.join('')}`);
    });
    try {
      const reply = await Promise.race([api.reply, died]);
      const elapsed = performance.now() - begun;
      check(reply);
      return elapsed;
    } finally {
      child.kill('SIGKILL');
      await closed;
      api.stop();
    }
  };
}

/** What Lambda sets. Nothing is inherited: a CA file in the environment would cost 30 ms. */
function lambdaEnv(bundle: string, runtimeApi: string): Env {
  return {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench',
    AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: 'eu-central-1',
    LAMBDA_TASK_ROOT: dirname(bundle),
    TZ: ':UTC',
    _HANDLER: `${basename(bundle, '.cjs')}.handler`,
    _LAMBDA_TELEMETRY_LOG_FD: '3',
  };
}
