import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageName } from '../../images/image-name.ts';
import { GENERATED } from '../../services/secrets/generated-folder.ts';
import { parseComponent } from './parse-component.ts';

/** Name in the manifests → the image that deploy/dev/generated names for it since the last deploy or assembly. */
export async function knownImages(workspaceRoot: string): Promise<Record<string, ImageName>> {
  try {
    const component = parseComponent(await readFile(join(workspaceRoot, GENERATED, 'kustomization.yaml'), 'utf8'));
    return Object.fromEntries((component?.images ?? []).map(({ name, ...image }) => [name, image]));
  } catch {
    // Missing or damaged: it is about to be rewritten.
    return {};
  }
}
