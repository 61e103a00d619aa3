import { parseArgs } from 'node:util';
import type { Target } from './run-checks.ts';

export const USAGE = `Asks a running API for everything that openapi.yml promises, and deletes what it created.

  npm run smoke -- <base URL> [--token <JWT>] [--second-token <JWT of another user>] [--no-docs]

SMOKE_TOKEN and SMOKE_SECOND_TOKEN do the same without showing the tokens on the command line, which npm repeats.
Without a token only what needs none is asked. The base URL holds the stage: https://….amazonaws.com/prod
With --no-docs, for a stage deployed with docs=false, /docs and /openapi.json have to answer 404 and are not looked at.

Records of the account are left alone: all are deleted only where there were none before. Exit code 0: all is well.
`;

/** What cannot be understood; the message is a sentence for the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @returns `undefined` when help is asked for.
 * @throws {UsageError} for anything that is no base URL with options, without repeating a token.
 */
export function readTarget(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Target | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [address, ...rest] = positionals;
  const url = URL.parse(address ?? '');
  if (rest.length > 0 || url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('Name one base URL, such as http://localhost:4700.');
  }
  const token = clean(values.token ?? env['SMOKE_TOKEN']);
  const secondToken = clean(values['second-token'] ?? env['SMOKE_SECOND_TOKEN']);
  if (secondToken && !token) throw new UsageError('--second-token needs --token.');
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { baseUrl, token, secondToken, ...(values['no-docs'] && { withoutDocs: true }) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        token: { type: 'string' },
        'second-token': { type: 'string' },
        'no-docs': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch {
    throw new UsageError('The options are --token, --second-token, --no-docs and --help.');
  }
}

/** A token as it was pasted: perhaps with its scheme, a blank or the end of a line. */
function clean(token: string | undefined): string | undefined {
  return token?.trim().replace(/^bearer +/i, '') || undefined;
}
