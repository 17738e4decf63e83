import { CommandError, UserError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { loadAll } from 'js-yaml';
import { isKubernetesObject, type KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { clusterCommand } from '../../util/commands.ts';

/**
 * The objects of a kustomize overlay (e.g. `deploy/dev`), exactly as `kubectl apply -k` would send them. The
 * kubectl is the pinned one wherever npm or npx has set the PATH.
 */
export async function renderOverlay(workspaceRoot: string, overlay: string): Promise<KubernetesObject[]> {
  const yaml = await exec(['kubectl', 'kustomize', overlay], { cwd: workspaceRoot }).catch((error: unknown) => {
    if (error instanceof CommandError && error.code === 'ENOENT') {
      throw new UserError('kubectl, which renders the overlays, is not on the PATH', {
        hint: clusterCommand('up'),
        exitCode: error.exitCode,
      });
    }
    throw error;
  });
  // kustomize quotes what YAML 1.1 would read otherwise, so any reader will do; this one is five times as fast as `yaml`.
  return loadAll(yaml).filter(isKubernetesObject);
}
