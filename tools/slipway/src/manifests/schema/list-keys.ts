import { isObject } from '../../util/json-object.ts';
import { elementSchema, type FieldSchema } from './kubernetes-schema.ts';

/** A field that names the elements of a list, beside others; `default`: its value where an element lacks it. */
export type ListKey = { field: string; default: unknown };

/** The fields that tell a list's elements apart in server-side apply; undefined for a list that is replaced as a whole. */
export function listKeys(schema: FieldSchema | undefined): ListKey[] | undefined {
  if (schema?.['x-kubernetes-list-type'] !== 'map') return undefined;
  const { properties = {} } = elementSchema(schema) ?? {};
  return schema['x-kubernetes-list-map-keys']?.map((field) => ({ field, default: properties[field]?.default }));
}

/** Name of an element in paths: `app`, `53/UDP`. Undefined while it lacks one of the keys. */
export function elementName(element: unknown, keys: ListKey[]): string | undefined {
  if (!isObject(element)) return undefined;
  const values = keys.map((key) => element[key.field] ?? key.default);
  return values.includes(undefined) ? undefined : values.map(String).join('/');
}

/** The keys that an element lacks, and that have no default. */
export function missingKeys(element: Record<string, unknown>, keys: ListKey[]): string[] {
  return keys.filter((key) => (element[key.field] ?? key.default) === undefined).map(({ field }) => field);
}
