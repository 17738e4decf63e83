import type { V1Container } from '@kubernetes/client-node';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { containersOf } from '../../kubernetes/containers-of.ts';
import { environmentMark, withEnvironmentMark } from './config-hash.ts';
import { textHash } from '../../util/text-hash.ts';
import type { Json } from '../../kubernetes/live.ts';

/**
 * The objects with a hash of its ConfigMaps on the pods of each Deployment that has none yet: nothing else makes new
 * pods when only a setting changes.
 */
export function setConfigHash(objects: KubernetesObject[]): KubernetesObject[] {
  const configMaps = new Map(
    objects.filter(({ kind }) => kind === 'ConfigMap').map((object) => [object.metadata.name, object.data]),
  );
  return objects.map((object) => {
    if (object.kind !== 'Deployment') return object;
    const read = new Set(containersOf(object).flatMap(configMapNames));
    if (read.size === 0 || environmentMark(object) !== undefined) return object;
    const values = [...read].map((name) => configMaps.get(name));
    return withEnvironmentMark(object, textHash(JSON.stringify(values)));
  });
}

function configMapNames({ envFrom = [] }: Json<V1Container>): string[] {
  return envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []);
}
