import { loadAll } from 'js-yaml';
import { CommandError, runCommand } from '../exec/run-command.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';

/**
 * The objects of a kustomize overlay (e.g. `deploy/dev`), exactly as `kubectl apply -k` would send them. The
 * kubectl is the pinned one wherever npm or npx has set the PATH.
 */
export async function renderOverlay(workspaceRoot: string, overlay: string): Promise<KubernetesObject[]> {
  const yaml = await runCommand(['kubectl', 'kustomize', overlay], { cwd: workspaceRoot }).catch((error: unknown) => {
    if (error instanceof CommandError && error.code === 'ENOENT') {
      throw new Error('kubectl is missing, which renders the overlays. Run: npm run cluster -- up');
    }
    throw error;
  });
  // kustomize quotes what YAML 1.1 would read otherwise, so any reader will do; this one is five times as fast as `yaml`.
  return loadAll(yaml) as KubernetesObject[];
}
