import type { Problem } from '../../util/problems/problem.ts';
import type { FragmentObject } from './read-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { kindSchema } from '../schema/kubernetes-schema.ts';
import { validateObject } from '../schema/validate-object.ts';
import { contradictions } from './contradictions.ts';
import { addedObject } from './added-object.ts';
import { fixedFieldProblems } from './fixed-fields.ts';
import { identityProblems } from './identity-problems.ts';
import { strategicMerge } from './strategic-merge.ts';

/** Line of the fragment that says `path` of an object, list elements named by their merge keys; undefined: none does. */
export type LineOf = (object: KubernetesObject, path: string[]) => number | undefined;

/**
 * The platform's objects of one service with its fragment merged in; objects of other kinds or names are added. Every
 * result is checked against Kubernetes' schema.
 */
export function applyFragment(
  stack: string,
  service: string,
  defaults: KubernetesObject[],
  fragment: FragmentObject[],
): { objects: KubernetesObject[]; problems: Problem[]; lineOf: LineOf } {
  const problems: Problem[] = [];
  const objects = [...defaults];
  const parts = new Map<string, FragmentObject[]>();
  const told = new Set<string>();
  for (const part of fragment) {
    const kind = String(part.value.kind);
    const metadata = isObject(part.value.metadata) ? part.value.metadata : {};
    const name = String(metadata.name ?? defaultName(defaults, service, kind));
    const isNamed = (object: KubernetesObject) => object.kind === kind && object.metadata.name === name;
    const at = objects.findIndex(isNamed);
    const existing = objects[at];
    const identity = identityProblems(part, { stack, service, name, existing });
    problems.push(...identity);
    if (identity.length > 0) continue;
    const earlier = parts.get(`${kind}/${name}`) ?? [];
    problems.push(...earlier.flatMap((other) => contradictions(other, part)));
    parts.set(`${kind}/${name}`, [...earlier, part]);
    const directive = part.value.$patch;
    const base = directive === 'delete' ? existing : (existing ?? addedObject(stack, service, kind, name));
    const { value, problems: found } = strategicMerge(base, part.value, kindSchema(kind));
    for (const { path, message, hint } of found)
      problems.push({ file: part.file, line: part.lineOf(path), key: `${kind} ${path.join('.')}`, message, hint });
    if (value === undefined) {
      if (existing !== undefined) objects.splice(at, 1);
      continue;
    }
    const merged = value as KubernetesObject;
    const original = defaults.find(isNamed) ?? (addedObject(stack, service, kind, name) as KubernetesObject);
    const before = (base ?? original) as KubernetesObject;
    problems.push(...fixedFieldProblems(part, { original, before, after: merged }));
    if (existing === undefined) objects.push(merged);
    else objects[at] = merged;
    for (const { path, message, hint, isUnquoted } of validateObject(merged)) {
      const key = `${kind} ${path.join('.')}`;
      // What an earlier document made wrong is wrong in the result of each later one.
      if (told.has(`${name} ${key} ${message}`)) continue;
      told.add(`${name} ${key} ${message}`);
      const plain = isUnquoted ? part.plainText(path) : undefined;
      problems.push({
        file: part.file,
        line: part.lineOf(path),
        key,
        message: plain === undefined ? message : `${message}, and ${plain} is none to Kubernetes' YAML`,
        hint: plain === undefined ? hint : `quote it: '${plain}'`,
      });
    }
  }
  const lineOf: LineOf = ({ kind, metadata }, path) =>
    (parts.get(`${kind}/${metadata.name}`) ?? [])
      .map((part) => part.exactLineOf(path))
      .findLast((line) => line !== undefined);
  return { objects, problems, lineOf };
}

/** A document without a name adds to the service's own object of its kind: the only one, or the one of its name. */
function defaultName(defaults: KubernetesObject[], service: string, kind: string): string {
  const ofKind = defaults.filter((object) => object.kind === kind);
  const [only, ...others] = ofKind;
  return only !== undefined && others.length === 0 ? only.metadata.name : service;
}
