import { type FragmentOf, fragmentOf } from '../../services/service-roots.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { VOLUME_CLAIM } from '../../kubernetes/apply/inventory/volume-claims.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { databaseClaim } from '../../manifests/defaults/database.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { SERVICE_LABEL } from '../../kubernetes/labels.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { divideContents, idOf } from './divide-contents.ts';
import { namespaceContents } from '../../kubernetes/client/namespace-contents.ts';
import { isOwnObject, type Whose } from './own-object.ts';
import { secretNames } from '../../manifests/defaults/secret-names.ts';

/** Declared objects that already exist under another owner in a shared namespace: applying would take them over. */
export function foreignProblems(
  planned: PlannedObject[],
  { stack, inventory, isShared }: Whose,
  whereIs: FragmentOf = () => 'deploy',
): Problem[] {
  return planned
    .filter(({ object, live }) => {
      const isInside = object.metadata.namespace === stack || idOf(object) === `Namespace/${stack}`;
      return live !== undefined && (isShared || !isInside) && !isOwnObject(live, { stack, inventory });
    })
    .map(({ object }) => message(object, whereIs));
}

/** The same for what is read, or taken over by Kubernetes itself, before anything is applied: Secrets and volumes. */
export async function foreignData(api: KubeApi, whose: Whose, serviceSpecs: ServiceSpec[]): Promise<Problem[]> {
  const { objects } = await namespaceContents(api, whose.stack);
  const whereIs = fragmentOf(serviceSpecs.map(({ root }) => root));
  const needed = serviceSpecs.flatMap((serviceSpec) => [
    ...secretNames(serviceSpec).map((secret) => `Secret/${secret}`),
    ...(serviceSpec.hasDatabase ? [`${VOLUME_CLAIM}/${databaseClaim(serviceSpec.name)}`] : []),
  ]);
  return divideContents(objects, whose)
    .foreign.map(({ object }) => object)
    .filter((object) => needed.includes(idOf(object)))
    .map((object) => message(object, whereIs));
}

function message(object: KubernetesObject, whereIs: FragmentOf): Problem {
  const where = object.metadata.namespace === undefined ? 'the cluster' : `namespace ${object.metadata.namespace}`;
  return {
    file: whereIs(object.metadata.labels?.[SERVICE_LABEL]),
    key: idOf(object),
    message: `${where} has an object of this name that is not the stack's: deploying would take it over`,
    hint: 'rename one of the two (the objects of a service have its name), or deploy to a namespace of the stack’s own',
  };
}
