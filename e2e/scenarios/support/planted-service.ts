import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FsTree } from 'nx/src/generators/tree.js';
import { serviceGenerator } from 'slipway/service-generator';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { onEnd } from './on-end.ts';

export const PLANTED = 'planted';

/** Puts a generated service with a database beside the others; the lockfile is left alone. */
export async function plantService(): Promise<void> {
  const tree = new FsTree(workspaceRoot, false);
  await serviceGenerator(tree, { name: PLANTED, database: true });
  for (const { path, content } of tree.listChanges()) {
    mkdirSync(join(workspaceRoot, dirname(path)), { recursive: true });
    writeFileSync(join(workspaceRoot, path), content!);
  }
}

export function removePlantedService(): void {
  for (const folder of [`apps/${PLANTED}`, `deploy/base/${PLANTED}`])
    rmSync(join(workspaceRoot, folder), { recursive: true, force: true });
}

// Also when the runner is ended: nothing planted must stay in someone's working tree.
onEnd(removePlantedService);
