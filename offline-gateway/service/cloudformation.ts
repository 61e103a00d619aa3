import { StartRefused } from '../report.ts';
import type { Resolve } from '../responses/resources.ts';
import { asList, findOwn, isRecord } from '../values.ts';

/** Text for the references a laptop can answer: pseudo parameters and the REST API itself. */
export type Known = Readonly<Record<string, string>>;

/**
 * CloudFormation values in gateway responses: text, `Ref`, `Fn::Sub` and `Fn::Join`.
 *
 * @returns a function that throws {@link StartRefused} for what only a deployment can know.
 */
export function makeResolve(known: Known): Resolve {
  const lookUp = (name: string, where: string): string => {
    const value = findOwn(known, name);
    if (value === undefined) {
      throw new StartRefused(`${where} refers to ${name}, which only a deployment knows: use a literal.`);
    }
    return value;
  };
  const substitute = (text: string, extra: Known, where: string) =>
    text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) =>
      literal ? `\${${name}}` : (findOwn(extra, name) ?? lookUp(name, where)),
    );
  const resolve: Resolve = (value, where) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (isRecord(value)) {
      const { Ref: reference, 'Fn::Sub': sub, 'Fn::Join': join } = value;
      if (typeof reference === 'string') return lookUp(reference, where);
      if (sub !== undefined) return resolveSub(asList(sub), where);
      if (Array.isArray(join)) {
        return asList(join[1])
          .map((part) => resolve(part, where))
          .join(resolve(join[0], where));
      }
    }
    throw new StartRefused(`${where} is not text, a Ref, an Fn::Sub or an Fn::Join.`);
  };
  const resolveSub = ([text, variables]: readonly unknown[], where: string): string => {
    const extra = Object.entries(isRecord(variables) ? variables : {}).map(([name, value]) => [
      name,
      resolve(value, where),
    ]);
    return substitute(resolve(text, where), Object.fromEntries(extra), where);
  };
  return resolve;
}
