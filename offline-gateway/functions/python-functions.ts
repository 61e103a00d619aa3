import { delimiter, join } from 'node:path';
import { findText, isRecord, type UnknownRecord } from '../values.ts';

const FOLDER = join(import.meta.dirname, 'python');
const MODULE = 'offline_gateway_invoke';

/** True for a function that serverless-offline runs with Python. */
export function isPython(definition: UnknownRecord, provider: UnknownRecord): boolean {
  return findText(definition['runtime'] ?? provider['runtime'])?.startsWith('python') === true;
}

/**
 * The definition of a Python function, run through a module that reports a raised exception. Without it the process ends
 * and its caller waits until the time-out.
 */
export function reportingPython(definition: UnknownRecord): UnknownRecord {
  const environment = isRecord(definition['environment']) ? definition['environment'] : {};
  const inherited = findText(environment['PYTHONPATH']) ?? process.env['PYTHONPATH'];
  return {
    ...definition,
    handler: `${MODULE}.handler`,
    environment: {
      ...environment,
      OFFLINE_GATEWAY_HANDLER: definition['handler'],
      PYTHONPATH: inherited ? `${FOLDER}${delimiter}${inherited}` : FOLDER,
    },
  };
}

/** @throws {Error} with the message of the exception, when the handler raised one. */
export function readPythonResult(result: unknown): unknown {
  const ended = isRecord(result) ? result['offlineGateway'] : undefined;
  if (!isRecord(ended)) return result;
  if ('failed' in ended) throw new Error(String(ended['failed']));
  return ended['returned'];
}
