import type { FieldSet } from '../../kubernetes-object.ts';

export type { FieldSet };

/** Names a field from the object's root: `['f:spec', 'f:replicas']`. */
export type FieldPath = string[];

const ITSELF = '.';

/** The fields of `set` that `others` lack. A map or element that others have something in is theirs too. */
export function subtract(set: FieldSet, others: FieldSet): FieldSet {
  const left: FieldSet = {};
  for (const [key, below] of Object.entries(set)) {
    const known = others[key];
    if (known === undefined) {
      if (key !== ITSELF) left[key] = below;
      continue;
    }
    const rest = subtract(below, known);
    if (Object.keys(rest).length > 0) left[key] = rest;
  }
  return left;
}

/** The fields of either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const both = { ...a };
  for (const [key, below] of Object.entries(b)) both[key] = union(both[key] ?? {}, below);
  return both;
}

/** `set` without what lies at or below `path`; the maps that lead there are then not the set's own. */
export function omit(set: FieldSet, [first, ...rest]: FieldPath): FieldSet {
  const below = first === undefined ? undefined : set[first];
  if (first === undefined || below === undefined) return set;
  const { [first]: _, [ITSELF]: _itself, ...others } = set;
  if (rest.length === 0) return others;
  const left = omit(below, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [first]: left };
}

/** Its fields one by one; an element that is wholly the set's counts as one. */
export function members(set: FieldSet): FieldPath[] {
  return paths(set, (key, below) => !key.startsWith('f:') && ITSELF in below);
}

/** The same with everything that is wholly the set's as one: a struct that was added goes as a whole, or is left invalid. */
export function roots(set: FieldSet): FieldPath[] {
  return paths(set, (_, below) => ITSELF in below);
}

function paths(set: FieldSet, isOne: (key: string, below: FieldSet) => boolean, path: FieldPath = []): FieldPath[] {
  return Object.entries(set).flatMap(([key, below]) => {
    if (key === ITSELF) return [];
    const inside = isOne(key, below) ? [] : paths(below, isOne, [...path, key]);
    return inside.length === 0 ? [[...path, key]] : inside;
  });
}
