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
      const key = keyOf(part);
      return `[${key.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

/** The value at `path`, undefined where there is none. */
export function fieldValue(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, part) => {
    const at = position(value, part);
    if (at === undefined) return undefined;
    return isObject(value) ? value[at] : Array.isArray(value) ? value[Number(at)] : undefined;
  }, object);
}

/** A copy of `object` that lacks the values at `paths`. */
export function withoutFields<Shape>(object: Shape, paths: FieldPath[]): Shape {
  const copy = structuredClone(object);
  for (const path of paths) {
    const holder = fieldValue(copy, path.slice(0, -1));
    const at = position(holder, path.at(-1) ?? '');
    if (at === undefined) continue;
    if (Array.isArray(holder)) holder.splice(Number(at), 1);
    else if (isObject(holder)) delete holder[at];
  }
  return copy;
}

/** Where in `holder` a part of a path is: a name in an object, an index in a list. */
export function position(holder: unknown, part: string): string | number | undefined {
  const text = part.slice(2);
  if (isObject(holder)) return part.startsWith('f:') && text in holder ? text : undefined;
  if (!Array.isArray(holder)) return undefined;
  if (part.startsWith('i:')) return Number(text);
  const index = holder.findIndex((element: unknown) =>
    part.startsWith('v:') ? isDeepStrictEqual(element, JSON.parse(text)) : hasKey(element, part),
  );
  return index === -1 ? undefined : index;
}

/** Whether a list's element has the key of a part such as `k:{"name":"app"}`. */
export function hasKey(element: unknown, part: string): boolean {
  return isObject(element) && keyOf(part).every(([name, value]) => element[name] === value);
}

function keyOf(part: string): [string, unknown][] {
  const key: unknown = JSON.parse(part.slice(2));
  return Object.entries(isObject(key) ? key : {});
}
