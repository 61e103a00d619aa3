import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResourceParts } from './remove.ts';

/** Records of the past, and what is made from the contract. */
const LEFT_OUT = /^CHANGELOG\.md$|^docs\/adr\/|(^|\/)generated\/|package-lock\.json$/;

/** Files of the repository that still name an operation, a path, a scope or a module of a resource that is gone. */
export function mentionsOf({ name, operationIds }: ResourceParts, plural: string, root: string): string[] {
  const words = [
    `\\b(${operationIds.join('|')})\\b`,
    `/api/${plural}\\b`,
    `\\b${plural}:(read|write)\\b`,
    `/${name}(-services)?\\.ts\\b`,
  ];
  const pattern = new RegExp(words.join('|'));
  return execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .filter((file) => !LEFT_OUT.test(file) && /\.(ts|cjs|mjs|ya?ml|md|http|html|py)$/.test(file))
    .filter((file) => existsSync(resolve(root, file)))
    .filter((file) => pattern.test(readFileSync(resolve(root, file), 'utf8')));
}
