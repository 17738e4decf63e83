import { isObject, type JsonObject } from '../../util/json-object.ts';
import { mergeKey } from '../schema/merge-keys.ts';

/**
 * Kubernetes' strategic merge of `patch` onto `base`: objects merge, `null` deletes, lists with a merge key merge by it
 * (`$patch: delete` in an element removes it), other lists replace. Neither argument is changed.
 */
export function strategicMerge(base: unknown, patch: unknown, path: string[] = []): unknown {
  if (isObject(patch)) return mergeObject(isObject(base) ? base : {}, patch, path);
  if (!Array.isArray(patch)) return patch;
  const key = mergeKey(path);
  if (key === undefined) return patch;
  return mergeList(Array.isArray(base) ? base : [], patch, key, path);
}

function mergeObject(base: JsonObject, patch: JsonObject, path: string[]): JsonObject {
  const { $patch: directive, ...fields } = patch;
  const merged = directive === 'replace' ? {} : { ...base };
  for (const [field, value] of Object.entries(fields)) {
    if (value === null) delete merged[field];
    else merged[field] = strategicMerge(merged[field], value, [...path, field]);
  }
  return merged;
}

function mergeList(base: unknown[], patch: unknown[], key: string, path: string[]): unknown[] {
  const merged = [...base];
  for (const element of patch) {
    const name = isObject(element) ? element[key] : undefined;
    const at = merged.findIndex((existing) => isObject(existing) && name !== undefined && existing[key] === name);
    const isDeletion = isObject(element) && element.$patch === 'delete';
    if (isDeletion) {
      if (at >= 0) merged.splice(at, 1);
      continue;
    }
    const elementPath = [...path, String(name)];
    if (at < 0) merged.push(strategicMerge(undefined, element, elementPath));
    else merged[at] = strategicMerge(merged[at], element, elementPath);
  }
  return merged;
}
