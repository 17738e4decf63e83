import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { environmentMark, withEnvironmentMark } from './config-hash.ts';
import { textHash } from '../../util/text-hash.ts';
import { isObject } from '../../util/json-object.ts';

/**
 * The objects with another mark on the pods of each Deployment whose ConfigMap the overlay has patched. The mark that
 * assembling has left is of `assembled` (service → its ConfigMap's YAML); without this the patch would reach no pod that
 * runs.
 */
export function rehashPatched(objects: KubernetesObject[], assembled: Record<string, string>): KubernetesObject[] {
  return objects.map((object) => {
    const { name } = object.metadata;
    const text = assembled[name];
    if (object.kind !== 'Deployment' || text === undefined) return object;
    const configMap = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    const declared: unknown = load(text);
    if (configMap === undefined || (isObject(declared) && isDeepStrictEqual(configMap.data, declared.data)))
      return object;
    return withEnvironmentMark(object, `${environmentMark(object) ?? ''}.${textHash(JSON.stringify(configMap.data))}`);
  });
}
