import type { Problem } from '../util/problems/problem.ts';

/** The keys of an object in a slipway.yaml that mean nothing there. `prefix`: the key that holds it, `build`. */
export function unknownKeys(value: object, known: readonly string[], prefix?: string): Omit<Problem, 'file'>[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      key: prefix === undefined ? name : `${prefix}.${name}`,
      message: 'is not known',
      hint: `use one of: ${known.join(', ')}`,
    }));
}
