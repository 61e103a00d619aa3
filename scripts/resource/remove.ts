import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { kebabCase } from '../../support/operations.ts';
import { NameRefused } from './names.ts';
import type { YamlPath } from './remove-from-yaml.ts';

/** Members of openapi.yml that a removal looks into. */
interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly 'x-function'?: string;
}

/** What stands in the repository for one resource. */
export interface ResourceParts {
  /** Such as `task`, as the path parameter has it. */
  readonly name: string;
  /** Keys in serverless.yml. */
  readonly functions: readonly string[];
  readonly operationIds: readonly string[];
  /** What goes out of openapi.yml. */
  readonly contract: readonly YamlPath[];
}

/**
 * Everything in openapi.yml that only the resource needs: its paths, its tag and scopes, and the components that nothing
 * refers to any more.
 *
 * @throws {NameRefused} when there is no such resource, or no other one.
 */
export function findParts(source: string, plural: string): ResourceParts {
  const contract = parse(source, { logLevel: 'silent' }) as Contract;
  const isOwn = (path: string) => path === `/api/${plural}` || path.startsWith(`/api/${plural}/`);
  const own = Object.keys(contract.paths).filter(isOwn);
  const name = own.map((path) => /\{(\w+)Id\}$/.exec(path)?.[1]).find((found) => found !== undefined);
  if (name === undefined) throw new NameRefused(`openapi.yml has no resource /api/${plural}.`);
  const others = Object.keys(contract.paths).filter((path) => !isOwn(path));
  if (!others.some((path) => /^\/api\/\w+\/\{\w+Id\}$/.test(path)))
    throw new NameRefused(
      `${plural} is the only resource. Add another one first: npm run new-resource -- notes`,
    );
  const operations = own.flatMap((path) => operationsOf(contract, path));
  return {
    name,
    functions: [...new Set(operations.map(({ operationId, 'x-function': served }) => served ?? operationId))],
    operationIds: operations.map(({ operationId }) => operationId),
    contract: [...own.map((path) => ['paths', path]), ...unneeded(contract, own, plural)],
  };
}

const operationsOf = ({ paths }: Contract, path: string): Operation[] =>
  Object.values(paths[path] ?? {}).filter((member) => (member as Operation).operationId) as Operation[];

function unneeded(contract: Contract, own: readonly string[], plural: string): YamlPath[] {
  const paths = Object.fromEntries(Object.entries(contract.paths).filter(([path]) => !own.includes(path)));
  const left = { ...contract, paths };
  const used = JSON.stringify(paths);
  const scheme = ['components', 'securitySchemes', 'bearerAuth', 'x-scopes'];
  return [
    ...contract.tags
      .map(({ name }, position) => ({ name, position }))
      .filter(({ name }) => !used.includes(`"tags":["${name}"]`))
      .map(({ position }) => ['tags', position]),
    ...['read', 'write'].map((right) => [...scheme, `${plural}:${right}`]),
    ...unreferenced(left, unreferenced(contract)),
  ];
}

/** Components that nothing refers to, directly or through others, but for some. */
function unreferenced(contract: Contract, except: readonly YamlPath[] = []): YamlPath[] {
  const { securitySchemes: _, ...components } = contract.components;
  const { components: __, ...roots } = contract;
  const reached = new Set<string>();
  const visit = (node: object) => {
    for (const [, pointer = ''] of JSON.stringify(node).matchAll(/"#\/components\/([^"]+)"/g)) {
      if (reached.has(pointer)) continue;
      reached.add(pointer);
      const [section = '', name = ''] = pointer.split('/');
      visit(components[section]?.[name] ?? {});
    }
  };
  visit(roots);
  const known = new Set([...reached, ...except.map((path) => path.slice(1).join('/'))]);
  return Object.entries(components).flatMap(([section, entries]) =>
    Object.keys(entries)
      .filter((name) => !known.has(`${section}/${name}`))
      .map((name) => ['components', section, name]),
  );
}

/** Where a file is about one resource when it, or its folder, has the name: `tests/e2e/tasks.test.ts`, `examples/client/tasks/`. */
const NAMED_AFTER_IT = /^(bench|examples|smoke|support|tests)\//;

/** The files that go with a resource: its functions, its definition, the tests of both, and what is named after it. */
export function filesOf({ name, functions }: ResourceParts, plural: string, root: string): string[] {
  const sources = [
    ...functions.map((functionName) => `functions/${kebabCase(functionName)}`),
    `functions/${plural}`,
    `functions/domain/${name}`,
    `functions/services/${name}-services`,
  ];
  const hasItsName = new RegExp(`/${plural}(/|-[\\w-]+\\.|\\.)`);
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n');
  return [
    ...sources.flatMap((source) => [`${source}.ts`, `${source}.test.ts`]),
    ...tracked.filter((file) => NAMED_AFTER_IT.test(file) && hasItsName.test(file)),
  ].filter((file) => existsSync(resolve(root, file)));
}
