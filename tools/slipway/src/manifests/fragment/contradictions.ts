import type { Problem } from '../../util/problems/problem.ts';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import type { FragmentObject } from './read-fragment.ts';

/** What two documents of one object say of one field: the later one would win without a word. */
export function contradictions(earlier: FragmentObject, later: FragmentObject): Problem[] {
  return differences(earlier.value, later.value).map((path) => ({
    file: later.file,
    line: later.lineOf(path),
    key: `${String(later.value.kind)} ${path.join('.')}`,
    message: `line ${earlier.lineOf(path)} says something else`,
    hint: 'drop one of the two lines',
  }));
}

/** Paths of what both say and differs; elements of a list are the same by what Kubernetes merges them by. */
function differences(a: unknown, b: unknown): string[][] {
  if (isObject(a) && isObject(b))
    return Object.keys(b)
      .filter((key) => Object.hasOwn(a, key))
      .flatMap((key) => differences(a[key], b[key]).map((path) => [key, ...path]));
  if (areElements(a) && areElements(b))
    return b.flatMap((element) => {
      const id = idOf(element);
      const same = a.find((other) => id !== undefined && idOf(other) === id);
      return same === undefined ? [] : differences(same, element).map((path) => [String(id), ...path]);
    });
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [[]];
}

/** One volume may be mounted at many paths. */
function idOf({ mountPath, devicePath, name }: JsonObject): unknown {
  return mountPath ?? devicePath ?? name;
}

function areElements(value: unknown): value is JsonObject[] {
  return Array.isArray(value) && value.every(isObject);
}
