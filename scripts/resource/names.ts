/** How a kind of record is called, in each place where it has a name. */
export interface KindNames {
  /** `note`: in sentences, codes and path parameters. */
  readonly name: string;
  /** `notes`: in paths. */
  readonly plural: string;
  /** `Note`: in schemas and operations. */
  readonly type: string;
  /** `Notes`. */
  readonly types: string;
}

/** Why a name cannot be that of a kind, as a sentence for the terminal. */
export class NameRefused extends Error {}

/** Words that the code could not have as a name, and those that paths, codes and modules of the service have already. */
const RESERVED = new Set(
  [
    ['arguments', 'await', 'break', 'case', 'catch', 'class', 'classes', 'const', 'continue', 'debugger'],
    ['default', 'delete', 'do', 'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for'],
    [
      'function',
      'if',
      'implements',
      'import',
      'in',
      'instanceof',
      'interface',
      'let',
      'new',
      'null',
      'package',
    ],
    ['private', 'protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try'],
    ['typeof', 'var', 'void', 'while', 'with', 'yield', 'undefined'],
    [
      'caller',
      'error',
      'field',
      'handler',
      'kind',
      'me',
      'health',
      'docs',
      'doc',
      'owned',
      'record',
      'request',
    ],
    ['route', 'service', 'store', 'token', 'user'],
  ].flat(),
);

/**
 * The names of a kind from its plural, such as `notes`, and its singular where the plural does not end in a plain `s`.
 *
 * @throws {NameRefused} for what is no plain word, or a word that has a meaning already.
 */
export function kindNames(plural: string, singular = findSingular(plural)): KindNames {
  if (!/^[a-z]{3,24}$/.test(plural))
    throw new NameRefused(
      `"${plural}" cannot be the name of a resource. Give one lower-case word in the plural, 3 to 24 letters, such as notes.`,
    );
  if (singular === undefined || !/^[a-z]{2,24}$/.test(singular) || singular === plural)
    throw new NameRefused(
      `The singular of ${plural} is not plain. Give both, such as: npm run new-resource -- people person`,
    );
  const taken = [plural, singular].find((word) => RESERVED.has(word));
  if (taken !== undefined) throw new NameRefused(`"${taken}" has a meaning already. Choose another name.`);
  return { name: singular, plural, type: capitalized(singular), types: capitalized(plural) };
}

function findSingular(plural: string): string | undefined {
  if (/[^aeiou]ies$/.test(plural)) return plural.replace(/ies$/, 'y');
  if (/(s|x|z|ch|sh)es$/.test(plural)) return plural.replace(/es$/, '');
  return /[^s]s$/.test(plural) ? plural.replace(/s$/, '') : undefined;
}

const capitalized = (word: string) => word.replace(/^./, (letter) => letter.toUpperCase());
