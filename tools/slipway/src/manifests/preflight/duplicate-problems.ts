import type { Problem } from '../../util/problems/problem.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import type { LineOf } from '../fragment/apply-fragment.ts';

/** An assembled object, and the folder of the service that has it. */
export type DeclaredObject = { object: KubernetesObject; root: string; lineOf: LineOf };

/** Objects that two services have: `user` may call one `user-mail`, which is the name of another service's. */
export function duplicateProblems(declared: DeclaredObject[]): Problem[] {
  const byName = Map.groupBy(declared, ({ object }) => `${object.kind} ${object.metadata.name}`);
  return [...byName].flatMap(([key, owners]) => {
    if (owners.length === 1) return [];
    // The platform's own has no line: the fragment's is the one to rename.
    const added = owners.filter(({ object, lineOf }) => lineOf(object, ['metadata', 'name']) !== undefined);
    return (added.length > 0 ? added : owners).slice(0, 1).map((owner) => ({
      file: `${owner.root}/k8s/fragment.yaml`,
      line: owner.lineOf(owner.object, ['metadata', 'name']),
      key,
      message: `${owners.find(({ root }) => root !== owner.root)?.root ?? owner.root} has it too`,
      hint: 'give it another name',
    }));
  });
}
