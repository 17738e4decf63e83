import type { Problem } from '../../util/problems/problem.ts';
import type { FragmentObject } from './read-fragment.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';
import { strategicMerge } from './strategic-merge.ts';
import { validateObject } from '../schema/validate-object.ts';

/** Line of the fragment that says `path` of an object, list elements named by their merge key; undefined: none does. */
export type LineOf = (object: KubernetesObject, path: string[]) => number | undefined;

/**
 * The house's objects of one service with its fragment merged in; objects of other kinds or names are added. Every
 * result is checked against Kubernetes' schema.
 */
export function applyFragment(
  stack: string,
  service: string,
  house: KubernetesObject[],
  fragment: FragmentObject[],
): { objects: KubernetesObject[]; problems: Problem[]; lineOf: LineOf } {
  const problems: Problem[] = [];
  const objects = [...house];
  const parts = new Map<string, FragmentObject[]>();
  const told = new Set<string>();
  for (const part of fragment) {
    const kind = part.value.kind as string;
    const metadata = isObject(part.value.metadata) ? part.value.metadata : {};
    const name = String(metadata.name ?? defaultName(house, service, kind));
    const at = objects.findIndex((object) => object.kind === kind && object.metadata.name === name);
    const existing = objects[at];
    const identity = identityProblems(part, stack, service, name, existing);
    problems.push(...identity);
    if (identity.length > 0) continue;
    parts.set(`${kind}/${name}`, [...(parts.get(`${kind}/${name}`) ?? []), part]);
    const base = existing ?? { metadata: { name, namespace: stack, labels: labelsOf(stack, service, name) } };
    const merged = strategicMerge(base, part.value) as KubernetesObject;
    if (existing === undefined) objects.push(merged);
    else objects[at] = merged;
    for (const { path, message, hint } of validateObject(merged)) {
      const key = `${kind} ${path.join('.')}`;
      // What an earlier document made wrong is wrong in the result of each later one.
      if (told.has(`${name} ${key} ${message}`)) continue;
      told.add(`${name} ${key} ${message}`);
      problems.push({ file: part.file, line: part.lineOf(path), key, message, hint });
    }
  }
  const lineOf: LineOf = ({ kind, metadata }, path) =>
    (parts.get(`${kind}/${metadata.name}`) ?? [])
      .map((part) => part.exactLineOf(path))
      .findLast((line) => line !== undefined);
  return { objects, problems, lineOf };
}

/** A document without a name adds to the service's own object of its kind: the only one, or the one of its name. */
function defaultName(house: KubernetesObject[], service: string, kind: string): string {
  const ofKind = house.filter((object) => object.kind === kind);
  return ofKind.length === 1 ? ofKind[0]!.metadata.name : service;
}

/** What a fragment may not say: another apiVersion, name, namespace or selector than the house gives. */
function identityProblems(
  part: FragmentObject,
  stack: string,
  service: string,
  name: string,
  existing: KubernetesObject | undefined,
): Problem[] {
  const { file, value, lineOf } = part;
  const problems: Problem[] = [];
  const problem = (path: string[], message: string, hint: string) =>
    problems.push({ file, line: lineOf(path), key: `${String(value.kind)} ${path.join('.')}`, message, hint });
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const spec = isObject(value.spec) ? value.spec : {};

  if (existing === undefined && value.apiVersion === undefined) {
    problem(['kind'], `adds a new object of kind ${String(value.kind)} without apiVersion`, 'write its apiVersion');
  }
  if (existing !== undefined && value.apiVersion !== undefined && value.apiVersion !== existing.apiVersion) {
    problem(
      ['apiVersion'],
      `is "${String(value.apiVersion)}", the house's ${existing.kind} has "${existing.apiVersion}"`,
      'drop the line',
    );
  }
  if (name !== service && !name.startsWith(`${service}-`)) {
    problem(
      ['metadata', 'name'],
      `"${name}" could belong to another service`,
      `call it "${service}" or "${service}-…"`,
    );
  }
  if (metadata.namespace !== undefined && metadata.namespace !== stack) {
    problem(
      ['metadata', 'namespace'],
      `is "${String(metadata.namespace)}", the stack's is "${stack}"`,
      'drop the line',
    );
  }
  if (existing !== undefined && spec.selector !== undefined) {
    problem(
      ['spec', 'selector'],
      "selectors are the house's: changing one orphans the running pods",
      'drop the selector',
    );
  }
  if (value.kind === 'Secret') {
    problem(['kind'], 'a Secret in git is no secret', 'declare the key in src/config.ts with `secret: true`');
  }
  return problems;
}
