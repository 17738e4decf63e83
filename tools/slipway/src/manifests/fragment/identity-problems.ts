import type { Problem } from '../../util/problems/problem.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { nearest } from '../../util/format/nearest.ts';
import { databaseName } from '../defaults/database.ts';
import { kindNames, kindSchema } from '../schema/kubernetes-schema.ts';
import { templatePath } from './added-object.ts';
import { ownObject } from './own-objects.ts';
import type { FragmentObject } from './read-fragment.ts';

/** What a stack does without; every other default of the platform is needed. */
const DISPENSABLE = ['HorizontalPodAutoscaler', 'PodDisruptionBudget'];

/** Of an object; it becomes a path, too. Our labels hold it, which are shorter than names may be. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST = 63;
/** What an object that `kubectl get` has printed says besides. */
const SERVER_FIELDS = [
  'creationTimestamp',
  'deletionTimestamp',
  'generateName',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** What a document changes: an object of `name`, which exists already or not. */
type Identity = { stack: string; service: string; name: string; existing: KubernetesObject | undefined };

/**
 * What a fragment may not say of an object as a whole: another apiVersion, name or namespace than the platform gives, the
 * name of a foreign object, the deletion of one that the stack needs.
 */
export function identityProblems(
  { file, value, lineOf }: FragmentObject,
  { stack, service, name, existing }: Identity,
): Problem[] {
  const kind = String(value.kind);
  const problems: Problem[] = [];
  const problem = (path: string[], message: string, hint: string) =>
    problems.push({ file, line: lineOf(path), key: `${kind} ${path.join('.')}`, message, hint });
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const isDeletion = value.$patch === 'delete';

  if (existing === undefined && value.apiVersion === undefined && !isDeletion) {
    const meant = kindSchema(kind) === undefined ? nearest(kind, kindNames()) : undefined;
    const hint = meant === undefined ? 'write its apiVersion' : `did you mean "${meant}"?`;
    problem(['kind'], `adds a new object of kind ${kind} without apiVersion`, hint);
  }
  if (existing !== undefined && value.apiVersion !== undefined && value.apiVersion !== existing.apiVersion) {
    problem(
      ['apiVersion'],
      `is "${String(value.apiVersion)}", the platform's ${kind} has "${existing.apiVersion}"`,
      'drop the line',
    );
  }
  if (isDeletion && existing !== undefined && !DISPENSABLE.includes(kind)) {
    problem(['$patch'], 'deletes an object that slipway works by', `drop it; what may go: ${DISPENSABLE.join(', ')}`);
  }
  if (name !== service && !name.startsWith(`${service}-`)) {
    problem(
      ['metadata', 'name'],
      `"${name}" could belong to another service`,
      `call it "${service}" or "${service}-…"`,
    );
  }
  if (!NAME.test(name) || name.length > LONGEST || (kind === 'Service' && name.includes('.'))) {
    const hint = `use a to z, 0 to 9 and hyphens, at most ${LONGEST}`;
    problem(['metadata', 'name'], `"${name}" is no name that Kubernetes takes`, hint);
  }
  for (const field of SERVER_FIELDS.filter((it) => it in metadata)) {
    problem(['metadata', field], "is the API server's to say", 'drop the line');
  }
  if ('status' in value) problem(['status'], "is the API server's to say", 'drop it');
  const owner = ownObject(kind, name);
  if (owner !== undefined) problem(['metadata', 'name'], `"${name}" is ${owner}`, 'give it another name');
  if (existing === undefined && name === databaseName(service) && templatePath(kind) !== undefined) {
    problem(['metadata', 'name'], `"${name}" is the name of the service's database`, 'give it another name');
  }
  if (metadata.namespace !== undefined && metadata.namespace !== stack) {
    problem(
      ['metadata', 'namespace'],
      `is "${String(metadata.namespace)}", the stack's is "${stack}"`,
      'drop the line',
    );
  }
  if (kind === 'Secret') {
    problem(['kind'], 'a Secret in git is no secret', 'declare the key in src/config.ts with `secret: true`');
  }
  return problems;
}
