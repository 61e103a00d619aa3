/** A token in what was pasted, and what had to be done to get it. */
export interface FoundToken {
  readonly token: string;
  /** Sentences for the developer. */
  readonly notes: readonly string[];
}

/** Where a token stands in JSON: the replies of Better Auth and of an OAuth token endpoint. */
const JSON_MEMBERS = ['token', 'access_token', 'accessToken'] as const;

/** The value of an Authorization header in a curl line, a header or a program, up to a quote. */
const AUTHORIZATION = /\bauthorization["']?\s*[:=]\s*["']?bearer\s+([^"'`\\]+)/i;
/** The header in which `GET /api/auth/get-session` answers with a token. */
const SESSION_HEADER = /\bset-auth-jwt:\s*(\S+)/i;
/** `TOKEN=…`, also with `export`. A JWT holds no equals sign. */
const ASSIGNMENT = /^(?:export\s+)?[A-Za-z_]\w*=["']?([^"'=]+)["']?;?$/;

/**
 * Takes the token out of a curl line, a header, JSON or an assignment, and joins a token that was broken into lines.
 * Other text is returned as it is, without the space around it.
 */
export function findToken(pasted: string): FoundToken {
  const text = pasted.trim();
  const inJson = findInJson(text);
  if (inJson !== undefined) return joined(inJson, ['The token was taken out of JSON.']);
  const [, value] = AUTHORIZATION.exec(text) ?? SESSION_HEADER.exec(text) ?? [];
  if (value !== undefined) {
    const [token] = splitAtOption(value.trim());
    return joined(token, text === token ? [] : ['The token was taken out of a header.']);
  }
  const [, assigned] = ASSIGNMENT.exec(text) ?? [];
  if (assigned !== undefined) return joined(assigned, ['The token was taken out of an assignment.']);
  return joined(text.replace(/^bearer\s+/i, '').replace(/^(["'`])([\s\S]*)\1$/, '$2'), []);
}

/** What follows a token that stands without quotes: the address or the next option of the command. */
function splitAtOption(value: string): [token: string] {
  const [token = ''] = value.split(/\s+(?=-|https?:)/);
  return [token];
}

/** A terminal or a mail breaks a long token into lines; the parts of a JWT hold no white space. */
function joined(token: string, notes: readonly string[]): FoundToken {
  const compact = token.replace(/\s+/g, '');
  if (compact === token.trim()) return { token: compact, notes };
  return { token: compact, notes: [...notes, 'White space in the token was removed. The API refuses it.'] };
}

function findInJson(text: string): string | undefined {
  if (!text.startsWith('{') && !text.startsWith('"')) return undefined;
  try {
    return findMember(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function findMember(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const name = JSON_MEMBERS.find((member) => typeof members[member] === 'string');
  if (name !== undefined) return String(members[name]);
  return Object.values(members)
    .filter((member) => typeof member === 'object')
    .map(findMember)
    .find((token) => token !== undefined);
}
