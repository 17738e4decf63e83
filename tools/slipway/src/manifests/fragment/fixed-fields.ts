import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../util/problems/problem.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { elementSchema, fieldSchema, kindSchema } from '../schema/kubernetes-schema.ts';
import { elementName, listKeys } from '../schema/list-keys.ts';
import { templatePath } from './added-object.ts';
import type { FragmentObject } from './read-fragment.ts';

/** Labels and annotations that begin so say something to slipway. */
const OWN_PREFIX = 'slipway.dev/';
/** The keys of the environment that the platform's ports and probes repeat. */
const PORT_KEYS = ['PORT', 'MANAGEMENT_PORT'];

/** Fields of a kind that slipway works by, beside labels and what is in pods. */
const FIXED: Record<string, string[][]> = {
  ConfigMap: PORT_KEYS.map((key) => ['data', key]),
  Deployment: [['spec', 'selector']],
  HorizontalPodAutoscaler: [['spec', 'scaleTargetRef']],
  NetworkPolicy: [['spec', 'podSelector']],
  PodDisruptionBudget: [['spec', 'selector']],
  Service: [
    ['spec', 'selector'],
    ['spec', 'clusterIP'],
    ['spec', 'ports'],
  ],
  StatefulSet: [
    ['spec', 'selector'],
    ['spec', 'serviceName'],
    ['spec', 'volumeClaimTemplates', '0', 'metadata', 'name'],
  ],
};

/**
 * What a fragment may not change in `original`, an object of the platform or a new one with its labels: labels, selectors
 * and names that slipway finds objects by, the images that it builds, the environment that it resolves.
 */
export function fixedFieldProblems(
  part: FragmentObject,
  { original, before, after }: { original: KubernetesObject; before: KubernetesObject; after: KubernetesObject },
): Problem[] {
  const kind = String(part.value.kind);
  const changes = fixedPaths(kind, original, after).flatMap((path) => {
    const [fixed, now] = [valueAt(kind, original, path), valueAt(kind, after, path)];
    // An earlier document's change was told with that one's line.
    if (fixed === undefined || holds(path, now, fixed) || !holds(path, valueAt(kind, before, path), fixed)) return [];
    return [{ path, message: `is ${said(now)}, and slipway works by ${said(fixed)}` }];
  });
  const additions = labelPaths(kind).flatMap((path) =>
    Object.keys(objectAt(kind, after, path))
      .filter((name) => name.startsWith(OWN_PREFIX) && objectAt(kind, before, path)[name] === undefined)
      .map((name) => ({ path: [...path, name], message: "is slipway's to say" })),
  );
  return [...changes, ...additions].map(({ path, message }) => ({
    file: part.file,
    line: part.lineOf(path),
    key: `${kind} ${path.join('.')}`,
    message,
    hint: hintOf(path),
  }));
}

function hintOf(path: string[]): string {
  const field = path.at(-1) ?? '';
  if (PORT_KEYS.includes(field)) return 'set it in src/config.ts, where the ports of the pods come from';
  return field === 'envFrom' ? 'keep what was there, and add to it' : 'drop the line';
}

/** Of a container that is gone, that it is. */
function fixedPaths(kind: string, original: KubernetesObject, after: KubernetesObject): string[][] {
  const labels = labelPaths(kind).flatMap((path) =>
    Object.keys(objectAt(kind, original, path)).map((name) => [...path, name]),
  );
  const template = templatePath(kind) ?? [];
  const containers = ['initContainers', 'containers'].flatMap((list) => {
    const path = [...template, 'spec', list];
    const elements = elementsOf(valueAt(kind, original, path)).filter(isObject);
    return elements.map(({ name }) => [...path, String(name)]);
  });
  const inContainers = containers.flatMap((path) => {
    if (valueAt(kind, after, path) === undefined) return [path];
    return ['image', 'ports', 'env', 'envFrom'].map((field) => [...path, field]);
  });
  return [...labels, ...(FIXED[kind] ?? []), ...inContainers];
}

function labelPaths(kind: string): string[][] {
  const template = templatePath(kind);
  const places = [['metadata'], ...(template === undefined ? [] : [[...template, 'metadata']])];
  return places.flatMap((path) => [
    [...path, 'labels'],
    [...path, 'annotations'],
  ]);
}

/** Whether `value` is, or as a list has, what `fixed` says. Ports may say more. */
function holds(path: string[], value: unknown, fixed: unknown): boolean {
  if (!Array.isArray(fixed)) return isDeepStrictEqual(value, fixed);
  const elements = elementsOf(value);
  const isSame = path.at(-1) === 'ports' ? containsAll : isDeepStrictEqual;
  return fixed.every((element) => elements.some((other) => isSame(other, element)));
}

function elementsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function containsAll(value: unknown, fields: unknown): boolean {
  if (!isObject(value) || !isObject(fields)) return isDeepStrictEqual(value, fields);
  return Object.entries(fields).every(([field, inner]) => isDeepStrictEqual(value[field], inner));
}

function objectAt(kind: string, object: KubernetesObject, path: string[]): Record<string, unknown> {
  const value = valueAt(kind, object, path);
  return isObject(value) ? value : {};
}

/** Elements of lists are named by their merge keys, else by their positions. */
function valueAt(kind: string, object: KubernetesObject, path: string[]): unknown {
  let value: unknown = object;
  let schema = kindSchema(kind);
  for (const step of path) {
    if (Array.isArray(value)) {
      const keys = listKeys(schema);
      value = keys === undefined ? value[Number(step)] : value.find((element) => elementName(element, keys) === step);
      schema = elementSchema(schema);
    } else if (isObject(value)) {
      value = value[step];
      schema = fieldSchema(schema, step);
    } else return undefined;
  }
  return value;
}

function said(value: unknown): string {
  return value === undefined ? 'gone' : JSON.stringify(value);
}
