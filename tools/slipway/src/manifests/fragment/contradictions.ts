import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../util/problems/problem.ts';
import { isObject } from '../../util/json-object.ts';
import { elementSchema, fieldSchema, type FieldSchema, kindSchema } from '../schema/kubernetes-schema.ts';
import { elementName, listKeys } from '../schema/list-keys.ts';
import type { FragmentObject } from './read-fragment.ts';

/** What two documents of one object say of one field: the later one would win without a word. */
export function contradictions(earlier: FragmentObject, later: FragmentObject): Problem[] {
  const kind = String(later.value.kind);
  return differences(earlier.value, later.value, kindSchema(kind)).map((path) => ({
    file: later.file,
    line: later.lineOf(path),
    key: `${kind} ${path.join('.')}`,
    message: `line ${earlier.lineOf(path)} says something else`,
    hint: 'drop one of the two, or write both into one',
  }));
}

/** Paths of what both say and differs. Lists merge as in `strategicMerge`: by their keys, as sets, or not at all. */
function differences(a: unknown, b: unknown, schema: FieldSchema | undefined): string[][] {
  if (isObject(a) && isObject(b))
    return Object.keys(b)
      .filter((key) => Object.hasOwn(a, key))
      .flatMap((key) => differences(a[key], b[key], fieldSchema(schema, key)).map((path) => [key, ...path]));
  const keys = listKeys(schema);
  if (keys !== undefined && Array.isArray(a) && Array.isArray(b))
    return b.flatMap((element: unknown) => {
      const name = elementName(element, keys);
      const same: unknown = name === undefined ? undefined : a.find((other) => elementName(other, keys) === name);
      return name === undefined || same === undefined
        ? []
        : differences(same, element, elementSchema(schema)).map((path) => [name, ...path]);
    });
  if (schema?.['x-kubernetes-list-type'] === 'set') return [];
  return isDeepStrictEqual(a, b) ? [] : [[]];
}
