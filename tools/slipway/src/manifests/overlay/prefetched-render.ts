import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageName } from '../../images/image-name.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { pinImages } from './pin-images.ts';
import { renderOverlay } from './render-overlay.ts';
import { GENERATED } from '../../services/secrets/generated-folder.ts';
import { parseComponent } from './parse-component.ts';

const COMPONENT = `${GENERATED}/kustomization.yaml`;

/** Answers the overlay's objects; asked with the files that were written since it began. */
export type PrefetchedRender = (written: string[]) => Promise<KubernetesObject[]>;

/**
 * Renders the overlay at once, beside the work that may still write its files, because kustomize takes a third of a
 * second. The answer is asked with the files that were written since: where these are new names of images and nothing
 * else, as after every edit of code, they are put into what was rendered; else the overlay is rendered again.
 */
export function startRender(workspaceRoot: string, overlay: string): PrefetchedRender {
  const file = join(workspaceRoot, COMPONENT);
  if (!existsSync(file)) return () => renderOverlay(workspaceRoot, overlay);
  const before = readFileSync(file, 'utf8');
  const early = renderOverlay(workspaceRoot, overlay);
  // Files that do not fit each other may be in the middle of becoming others; what then still is wrong is said later.
  early.catch(() => undefined);
  return async (written) => {
    const renamed = newImages(before, readFileSync(file, 'utf8'));
    if (renamed === undefined || written.some((path) => path !== COMPONENT))
      return renderOverlay(workspaceRoot, overlay);
    return pinImages(await early, renamed);
  };
}

/** Name of each image before → its name now; undefined when the component says anything else that is new. */
function newImages(before: string, after: string): Record<string, string> | undefined {
  const [first, second] = [parseComponent(before), parseComponent(after)];
  if (first === undefined || second === undefined) return undefined;
  const [{ images: old, ...rest }, { images, ...others }] = [first, second];
  if (JSON.stringify(rest) !== JSON.stringify(others)) return undefined;
  if (old.map(({ name }) => name).join() !== images.map(({ name }) => name).join()) return undefined;
  return Object.fromEntries(
    images.flatMap((image, index) => {
      const known = old[index];
      return known === undefined ? [] : [[fullName(known), fullName(image)]];
    }),
  );
}

function fullName(image: ImageName): string {
  return 'digest' in image ? `${image.newName}@${image.digest}` : `${image.newName}:${image.newTag}`;
}
