import { isObject } from '../../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes-object.ts';

/** One value that differs; `undefined` where there is none. List elements with a name stand as `containers[app]`. */
export type Difference = { path: string; live: unknown; declared: unknown };

/** Fields that the server writes: they say nothing about what was declared. */
const SERVER_FIELDS = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];

/** What applying would change: `live` against the API server's answer to a dry run. Values of a Secret stay hidden. */
export function diffObjects(live: KubernetesObject, declared: KubernetesObject): Difference[] {
  const differences = compare(withoutServerFields(live), withoutServerFields(declared), '');
  if (live.kind !== 'Secret') return differences;
  return differences.map(({ path }) => ({ path, live: '(secret)', declared: '(another secret)' }));
}

function withoutServerFields({ status: _, metadata, ...rest }: KubernetesObject): unknown {
  const kept = Object.entries(metadata).filter(([field]) => !SERVER_FIELDS.includes(field));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

function compare(live: unknown, declared: unknown, path: string): Difference[] {
  if (isObject(live) && isObject(declared)) {
    const fields = [...new Set([...Object.keys(live), ...Object.keys(declared)])].sort();
    return fields.flatMap((field) => compare(live[field], declared[field], path === '' ? field : `${path}.${field}`));
  }
  if (Array.isArray(live) && Array.isArray(declared)) {
    const names = [...new Set([...live, ...declared].map(nameOf))];
    if (names.includes(undefined)) {
      const length = Math.max(live.length, declared.length);
      return Array.from({ length }, (_, index) => compare(live[index], declared[index], `${path}[${index}]`)).flat();
    }
    const find = (list: unknown[], name: unknown) => list.find((element) => nameOf(element) === name);
    return names.flatMap((name) => compare(find(live, name), find(declared, name), `${path}[${String(name)}]`));
  }
  return Object.is(live, declared) ? [] : [{ path, live, declared }];
}

/** What names an element of a list of objects: name, mount path or port. */
function nameOf(element: unknown): unknown {
  if (!isObject(element)) return undefined;
  return element.name ?? element.mountPath ?? element.containerPort ?? element.port;
}
