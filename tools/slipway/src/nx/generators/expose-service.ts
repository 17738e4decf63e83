import type { Tree } from '@nx/devkit';
import { exposureFiles, exposurePaths, OVERLAY_FILE, overlayText } from './init/dev-overlay.ts';

/** Lets this machine reach the service on kind, where it is the first one. False where deploy/dev says its own already. */
export function exposeAsFirst(tree: Tree, stack: string, service: string): boolean {
  if (tree.read(OVERLAY_FILE, 'utf8') !== overlayText([])) return false;
  tree.write(OVERLAY_FILE, overlayText([service]));
  for (const [path, text] of Object.entries(exposureFiles(stack, service)))
    if (!tree.exists(path)) tree.write(path, text);
  return true;
}

/** Removes what `exposeAsFirst` wrote; leaves a deploy/dev that has changed since. */
export function hideAgain(tree: Tree, service: string): void {
  if (tree.read(OVERLAY_FILE, 'utf8') !== overlayText([service])) return;
  tree.write(OVERLAY_FILE, overlayText([]));
  for (const path of Object.values(exposurePaths(service))) tree.delete(path);
}
