import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedResponse } from '../responses/render.ts';

const CONFIGURATIONS = ['serverless.yml', 'serverless.yaml', 'serverless.json'];
/** The member of a JSON body that people read: of problem details, or of what AWS has built in. */
const SENTENCES = ['detail', 'message'];
const HEADER = 'X-Offline-Gateway';

/** Adds to the answer for an unknown route that serverless.yml has changed since the start, when it has. */
export type AddRestartHint = (response: RenderedResponse) => RenderedResponse;

/** Reads the configuration now, and again for each unknown route. On AWS a deployment stands between the two. */
export function makeRestartHint(serviceDir: string): AddRestartHint {
  const file = CONFIGURATIONS.map((name) => join(serviceDir, name)).find((path) => existsSync(path));
  if (file === undefined) return (response) => response;
  const atStart = readFileSync(file, 'utf8');
  return (response) => {
    if (existsSync(file) && readFileSync(file, 'utf8') === atStart) return response;
    const hint = 'serverless.yml has changed since the start: restart to serve it.';
    return {
      ...response,
      headers: [...response.headers, [HEADER, hint]],
      body: withSentence(response.body, hint),
    };
  };
}

function withSentence(body: string, sentence: string): string {
  try {
    const members: Record<string, unknown> = JSON.parse(body);
    const name = SENTENCES.find((member) => typeof members[member] === 'string');
    return name === undefined
      ? body
      : JSON.stringify({ ...members, [name]: `${members[name]}. ${sentence}`.replace('.. ', '. ') });
  } catch {
    return body;
  }
}
