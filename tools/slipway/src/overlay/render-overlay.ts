import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CommandError, runCommand } from '../exec/run-command.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { cacheDir } from '../workspace/cache-dir.ts';

/** The objects of a kustomize overlay (e.g. `deploy/dev`), exactly as `kubectl apply -k` would send them. */
export async function renderOverlay(workspaceRoot: string, overlay: string): Promise<KubernetesObject[]> {
  const yaml = await runCommand([kubectl(), 'kustomize', overlay], { cwd: workspaceRoot }).catch((error: unknown) => {
    if (error instanceof CommandError && error.code === 'ENOENT') {
      throw new Error('kubectl is missing, which renders the overlays. Run: npm run cluster -- up');
    }
    throw error;
  });
  const documents = parseAllDocuments(yaml, { version: '1.1' });
  return (Array.isArray(documents) ? documents : []).map((document) => document.toJS() as KubernetesObject);
}

/** The kubectl that tools/cluster brought, else the one on the PATH. */
function kubectl(): string {
  const own = join(cacheDir(), 'bin', 'kubectl');
  return existsSync(own) ? own : 'kubectl';
}
