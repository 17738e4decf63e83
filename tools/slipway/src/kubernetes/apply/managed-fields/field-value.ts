import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../../util/json-object.ts';
import type { FieldPath } from './field-set.ts';

/** `.spec.template.spec.containers[name="app"].image`, as the API server writes it too. */
export function formatFieldPath(path: FieldPath): string {
  return path
    .map((part) => {
      const text = part.slice(2);
      if (part.startsWith('f:')) return `.${text}`;
      if (!part.startsWith('k:')) return `[${text}]`;
      const key = Object.entries(JSON.parse(text) as object);
      return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

/** The value at `path`, undefined where there is none. */
export function fieldValue(object: unknown, path: FieldPath): unknown {
  return path.reduce((value, part) => {
    const at = position(value, part);
    return at === undefined ? undefined : (value as Record<string | number, unknown>)[at];
  }, object);
}

/** A copy of `object` that lacks the values at `paths`. */
export function withoutFields<Shape>(object: Shape, paths: FieldPath[]): Shape {
  const copy = structuredClone(object);
  for (const path of paths) {
    const holder = fieldValue(copy, path.slice(0, -1));
    const at = position(holder, path.at(-1)!);
    if (at === undefined) continue;
    if (Array.isArray(holder)) holder.splice(Number(at), 1);
    else delete (holder as Record<string, unknown>)[at];
  }
  return copy;
}

/** Where in `holder` a part of a path is: a name in an object, an index in a list. */
function position(holder: unknown, part: string): string | number | undefined {
  const text = part.slice(2);
  if (isObject(holder)) return part.startsWith('f:') && text in holder ? text : undefined;
  if (!Array.isArray(holder)) return undefined;
  if (part.startsWith('i:')) return Number(text);
  const wanted: unknown = JSON.parse(text);
  const isWanted = (element: unknown) =>
    part.startsWith('v:')
      ? isDeepStrictEqual(element, wanted)
      : isObject(element) && Object.entries(wanted as object).every(([name, value]) => element[name] === value);
  const index = holder.findIndex(isWanted);
  return index === -1 ? undefined : index;
}
