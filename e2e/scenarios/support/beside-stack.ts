import { editFile, restoreFiles } from './edited-files.ts';
import { kubectl, nx } from './stack.ts';

/** Namespace of a second stack, of one service, in the cluster of the first. */
export const BESIDE = 'beside-shop';
const OVERLAY = 'resources: [../base]\ncomponents: [generated]\n';

/** From here on the workspace is that of the second stack, whose namespace does not exist. */
export async function openBesideStack(): Promise<void> {
  await kubectl(['delete', 'namespace', BESIDE, '--ignore-not-found']);
  editFile('nx.json', (text) => text.replace(/"namespace": "[^"]*"/, `"namespace": "${BESIDE}"`));
  editFile('deploy/dev/kustomization.yaml', () => OVERLAY);
}

export async function closeBesideStack(): Promise<void> {
  restoreFiles();
  await kubectl(['delete', 'namespace', BESIDE, '--ignore-not-found'], 3 * 60_000);
  await nx('run', 'deploy:assemble-base');
}
