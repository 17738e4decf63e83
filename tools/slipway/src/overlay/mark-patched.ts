import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { environmentMark, withEnvironmentMark } from './environment-mark.ts';
import { textHash } from './text-hash.ts';

/**
 * The objects with another mark on the pods of each Deployment whose ConfigMap the overlay has patched. The mark that
 * assembling has left is of the settings in deploy/base; without this the patch would reach no pod that runs.
 */
export async function markPatched(workspaceRoot: string, objects: KubernetesObject[]): Promise<KubernetesObject[]> {
  return Promise.all(
    objects.map(async (object) => {
      if (object.kind !== 'Deployment') return object;
      const { name } = object.metadata;
      const configMap = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
      const file = join(workspaceRoot, 'deploy/base', name, 'config-map.yaml');
      if (configMap === undefined || !existsSync(file)) return object;
      const assembled = load(await readFile(file, 'utf8')) as KubernetesObject;
      if (isDeepStrictEqual(configMap.data, assembled.data)) return object;
      return withEnvironmentMark(
        object,
        `${environmentMark(object) ?? ''}.${textHash(JSON.stringify(configMap.data))}`,
      );
    }),
  );
}
