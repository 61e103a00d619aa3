/** What a router found: the registered target, its template, and the path parameters exactly as they were sent. */
interface Match<Target> {
  readonly target: Target;
  readonly template: string;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

export interface Router<Target> {
  /** @param method upper case; `ANY` takes every method without a target of its own. Later targets replace earlier ones. */
  readonly add: (method: string, template: string, target: Target) => void;
  /** @param path as sent, without stage and query. */
  readonly find: (method: string, path: string) => Match<Target> | undefined;
}

interface Node<Target> {
  readonly literals: Map<string, Node<Target>>;
  parameter: { readonly name: string; readonly node: Node<Target> } | undefined;
  greedy: { readonly name: string; readonly node: Node<Target> } | undefined;
  template: string;
  readonly methods: Map<string, Target>;
}

/**
 * GW-903 to GW-908: a literal segment beats `{parameter}`, which beats `{proxy+}`. A resource without the method falls back to
 * the less specific ones. A trailing slash does not count, and parameters are not decoded. `{proxy+}` never matches its
 * parent. HEAD and OPTIONS are methods like any other.
 */
export function makeRouter<Target>(): Router<Target> {
  const root = makeNode<Target>();
  return {
    add(method, template, target) {
      let node = root;
      for (const segment of split(template)) node = descend(node, segment);
      node.template = normalTemplate(template);
      node.methods.set(method, target);
    },
    find: (method, path) => search(root, split(path), 0, method, []),
  };
}

/** `/a/b` for `a/b`, `/a/b` and `/a/b/`. */
export function normalTemplate(template: string): string {
  return `/${split(template).join('/')}`;
}

function makeNode<Target>(): Node<Target> {
  return { literals: new Map(), parameter: undefined, greedy: undefined, template: '', methods: new Map() };
}

/** Leading slashes collapse and one trailing slash goes; empty segments in between stay, a greedy parameter keeps them. */
function split(path: string): readonly string[] {
  const trimmed = path.replace(/^\/+/, '').replace(/\/$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

function descend<Target>(node: Node<Target>, segment: string): Node<Target> {
  const parameter = /^\{(.+?)(\+?)\}$/.exec(segment);
  if (!parameter?.[1]) {
    const child = node.literals.get(segment) ?? makeNode<Target>();
    node.literals.set(segment, child);
    return child;
  }
  const kind = parameter[2] ? 'greedy' : 'parameter';
  node[kind] ??= { name: parameter[1], node: makeNode<Target>() };
  return node[kind].node;
}

type Values = readonly (readonly [string, string])[];

function search<Target>(
  node: Node<Target>,
  segments: readonly string[],
  at: number,
  method: string,
  values: Values,
): Match<Target> | undefined {
  const segment = segments[at];
  if (segment === undefined) return finish(node, method, values);
  const literal = node.literals.get(segment) ?? node.literals.get(decoded(segment));
  const { parameter, greedy } = node;
  return (
    (literal && search(literal, segments, at + 1, method, values)) ??
    (parameter && segment !== ''
      ? search(parameter.node, segments, at + 1, method, [...values, [parameter.name, segment]])
      : undefined) ??
    (greedy && finish(greedy.node, method, [...values, [greedy.name, segments.slice(at).join('/')]]))
  );
}

function finish<Target>(node: Node<Target>, method: string, values: Values): Match<Target> | undefined {
  const target = node.methods.get(method) ?? node.methods.get('ANY');
  if (target === undefined) return undefined;
  return {
    target,
    template: node.template,
    pathParameters: values.length ? Object.fromEntries(values) : null,
  };
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
