import { isObject, type JsonObject } from '../../util/json-object.ts';
import { elementSchema, fieldSchema, type FieldSchema } from '../schema/kubernetes-schema.ts';
import { elementName, type ListKey, listKeys, missingKeys } from '../schema/list-keys.ts';
import { directiveProblems } from './directive-problems.ts';
import type { MergeProblem, PatchPath } from './merge-problem.ts';

/** What a whole object is known by. */
const IDENTITY = ['apiVersion', 'kind', 'metadata'];

type Place = { schema: FieldSchema | undefined; path: PatchPath; problems: MergeProblem[] };

/**
 * Kubernetes' strategic merge of `patch` onto `base`, with the keys of lists that server-side apply has: objects merge,
 * `null` deletes, elements of lists with keys merge by them, other lists replace. `$patch` says `delete`, `replace` or
 * `merge`, in an object and in an element; as an element of its own, `replace` is for the whole list. Undefined when the
 * patch deletes `base`. Neither argument is changed. What cannot be done is among the problems.
 */
export function strategicMerge(
  base: unknown,
  patch: unknown,
  schema: FieldSchema | undefined,
): { value: unknown; problems: MergeProblem[] } {
  const problems: MergeProblem[] = [];
  const place = { schema, path: [], problems };
  const value = isObject(patch) ? mergeObject(base, patch, place, IDENTITY) : mergeValue(base, patch, place);
  return { value, problems };
}

function mergeValue(base: unknown, patch: unknown, place: Place): unknown {
  if (isObject(patch)) return mergeObject(base, patch, place, []);
  if (!Array.isArray(patch)) return patch;
  const keys = listKeys(place.schema);
  if (keys !== undefined) return mergeList(Array.isArray(base) ? base : [], patch, keys, place);
  if (place.schema?.['x-kubernetes-list-type'] === 'set')
    return [...new Set<unknown>([...(Array.isArray(base) ? base : []), ...patch])];
  return patch.map((element: unknown, index) => mergeValue(undefined, element, inElement(place, index)));
}

/** `names`: the fields that name the object in its list. */
function mergeObject(base: unknown, patch: JsonObject, place: Place, names: string[]): JsonObject | undefined {
  const { $patch: directive = 'merge', ...fields } = patch;
  const isElementOfAtomicList = names.length === 0 && typeof place.path.at(-1) === 'number';
  const onDirective = directiveProblems(base, patch, { names, isElementOfAtomicList });
  for (const { path, ...problem } of onDirective) place.problems.push({ ...problem, path: [...place.path, ...path] });
  if (directive === 'delete' && !isElementOfAtomicList) return undefined;
  const merged = isObject(base) ? kept(base, patch, place, names) : {};
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith('$')) continue;
    const path = [...place.path, field];
    const result = mergeValue(merged[field], value, { ...place, path, schema: fieldSchema(place.schema, field) });
    if (result !== null && result !== undefined) {
      merged[field] = result;
      continue;
    }
    if (value === null && merged[field] === undefined)
      place.problems.push({ path, message: 'deletes what is not there', hint: 'drop the line, or write a value' });
    delete merged[field];
  }
  return merged;
}

/** What of `base` the patch goes onto. In some objects (a volume, a strategy) one field excludes the others. */
function kept(base: JsonObject, patch: JsonObject, { schema, path }: Place, names: string[]): JsonObject {
  const strategy = schema?.['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const ofBase = (fields: string[]) =>
    Object.fromEntries(Object.entries(base).filter(([field]) => fields.includes(field)));
  // A whole object stays what it is; all else is new.
  if (patch.$patch === 'replace') return path.length === 0 ? ofBase(names) : {};
  if (strategy.includes('replace')) return {};
  const saysMore = Object.keys(patch).some((field) => !names.includes(field));
  return strategy.includes('retainKeys') && saysMore ? ofBase(Object.keys(patch)) : { ...base };
}

function mergeList(base: unknown[], patch: unknown[], keys: ListKey[], place: Place): unknown[] {
  const names = keys.map(({ field }) => field);
  const isReplacement = (element: unknown) =>
    isObject(element) && element.$patch === 'replace' && names.every((name) => element[name] === undefined);
  const merged = patch.some(isReplacement) ? [] : [...base];
  const seen = new Set<string>();
  for (const [index, element] of patch.entries()) {
    const at = { ...inElement(place, index), schema: elementWith(place.schema) };
    const problem = (message: string, hint: string) => place.problems.push({ path: at.path, message, hint });
    if (!isObject(element)) {
      merged.push(element);
      continue;
    }
    if (isReplacement(element)) {
      if (Object.keys(element).length > 1)
        problem('replaces the whole list, and says more', 'give what follows an element of its own');
      continue;
    }
    const missing = missingKeys(element, keys);
    const name = elementName(element, keys);
    if (missing.length > 0 || name === undefined) {
      problem(
        `has no ${missing.join(' and no ')}`,
        `an element of ${listName(place)} is known by its ${names.join(' and ')}`,
      );
      continue;
    }
    if (seen.has(name)) {
      const hint = `elements are told apart by ${names.join(' and ')}: write what it says into one, or give it another`;
      problem(`${listName(place)} has ${names.join('/')} ${name} twice`, hint);
      continue;
    }
    seen.add(name);
    const position = merged.findIndex((existing) => elementName(existing, keys) === name);
    const result = mergeObject(merged[position], element, at, names);
    if (position < 0) merged.push(...(result === undefined ? [] : [result]));
    else merged.splice(position, 1, ...(result === undefined ? [] : [result]));
  }
  return merged;
}

/** Elements of a volume list are unions, which the list says and not the volume. */
function elementWith(schema: FieldSchema | undefined): FieldSchema | undefined {
  const strategy = schema?.['x-kubernetes-patch-strategy'];
  return { ...elementSchema(schema), ...(strategy === undefined ? {} : { 'x-kubernetes-patch-strategy': strategy }) };
}

function inElement(place: Place, index: number): Place {
  return { ...place, schema: elementSchema(place.schema), path: [...place.path, index] };
}

function listName({ path }: Place): string {
  return String(path.findLast((step) => typeof step === 'string'));
}
