import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { templatePath } from '../fragment/added-object.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';
import { secretNames } from '../defaults/secret-names.ts';

/** Fields that name another object of the namespace: its kind, and the field below that has the name. */
const REFERENCES: Record<string, { kind: string; name: string }> = {
  configMap: { kind: 'ConfigMap', name: 'name' },
  configMapRef: { kind: 'ConfigMap', name: 'name' },
  configMapKeyRef: { kind: 'ConfigMap', name: 'name' },
  secret: { kind: 'Secret', name: 'secretName' },
  secretRef: { kind: 'Secret', name: 'name' },
  secretKeyRef: { kind: 'Secret', name: 'name' },
  persistentVolumeClaim: { kind: 'PersistentVolumeClaim', name: 'claimName' },
};

/** ConfigMaps, Secrets and claims that pods name and nothing makes: Kubernetes would wait for them to the deadline. */
export function referenceProblems(
  serviceSpec: ServiceSpec,
  object: KubernetesObject,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Problem[] {
  const { name: service, root } = serviceSpec;
  const made = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  for (const secret of secretNames(serviceSpec)) made.add(`Secret ${secret}`);
  const template = templatePath(object.kind) ?? [];
  if (template.length === 0) return [];
  const spec = template.reduce<unknown>((value, field) => (isObject(value) ? value[field] : undefined), object);
  return references(spec).flatMap(({ kind, name, trail }): Problem[] => {
    if (made.has(`${kind} ${name}`)) return [];
    const known = [...made].filter((other) => other.startsWith(`${kind} `)).map((other) => other.split(' ')[1]);
    const secret = `declare the key in ${root}/src/config.ts, or write optional: true where it may be missing`;
    const other = `add the ${kind} to the fragment (named ${service}-…), or use one of: ${known.join(', ') || 'none'}`;
    return [
      {
        file: `${root}/k8s/fragment.yaml`,
        line: lineOf(object, [...template, ...trail]),
        key: `${object.kind} ${object.metadata.name} ${trail.join('.')}`,
        message: `names the ${kind} "${name}", which nothing makes`,
        hint: kind === 'Secret' ? secret : other,
      },
    ];
  });
}

type Reference = { kind: string; name: string; trail: string[] };

/** What may be missing is none. */
function references(value: unknown, trail: string[] = []): Reference[] {
  if (Array.isArray(value))
    return value.flatMap((element: unknown, index) => {
      // As the fragment's lines are asked for: elements with a name by it.
      const named = isObject(element) && typeof element.name === 'string' && trail.at(-1) !== 'envFrom';
      return references(element, [...trail, named ? String(element.name) : String(index)]);
    });
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([field, inner]): Reference[] => {
    const reference = Object.hasOwn(REFERENCES, field) ? REFERENCES[field] : undefined;
    const here = [...trail, field];
    if (reference === undefined || !isObject(inner)) return references(inner, here);
    const { [reference.name]: name, optional } = inner;
    if (typeof name !== 'string') return references(inner, here);
    return optional === true ? [] : [{ kind: reference.kind, name, trail: here }];
  });
}
