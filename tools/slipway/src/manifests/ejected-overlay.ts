import type { ImageName } from '../images/image-name.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { SERVICE_LABEL } from '../kubernetes/labels.ts';
import { containersOf } from '../kubernetes/containers-of.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { Settings } from '../util/workspace/settings.ts';
import { BASE } from './assemble.ts';
import { isSecret, renderedOverlay } from './render.ts';
import { pinImages } from './overlay/pin-images.ts';
import { knownImages } from './overlay/known-images.ts';
import { rehashPatched } from './overlay/rehash-patched.ts';
import { setConfigHash } from './overlay/set-config-hash.ts';
import { yamlText } from './overlay/yaml-text.ts';

/** Folder of what slipway:eject writes. */
export const EJECTED = 'deploy/ejected';

/** Path → text; how many objects they are, and how many Secrets of the overlay are left out. */
export type EjectedOverlay = { files: Map<string, string>; objects: number; secrets: number };

/**
 * A kustomization that stands alone and has the objects that a deploy of `overlay` applies: one per file, images by a
 * name that `kustomize edit set image` changes. `assembled`: the assembled files, path → text. Throws ValidationError.
 */
export async function ejectedOverlay(
  settings: Settings,
  overlay: string,
  assembled: Map<string, string>,
): Promise<EjectedOverlay> {
  const rendered = await renderedOverlay(settings.workspaceRoot, overlay);
  // Only the overlay of this machine names images; others get them at their render.
  const images = overlay === 'dev' ? await knownImages(settings.workspaceRoot) : {};
  const unbuilt = unnamedImages(rendered, images, overlay);
  if (unbuilt.length > 0) throw new ValidationError(unbuilt);
  const short = Object.fromEntries(Object.entries(images).map(([name, image]) => [fullName(image), name]));
  const objects = pinImages(setConfigHash(rehashPatched(rendered, configMapsOf(assembled))), short);
  const kept = objects.filter((object) => !isSecret(object));
  const files = new Map(kept.map((object) => [pathOf(object, kept), yamlText(object)]));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...files.keys()].sort(),
    images: Object.entries(images).map(([name, image]) => ({ name, ...image })),
  };
  files.set(
    'kustomization.yaml',
    `# Written by slipway:eject, with one object per file; yours now.\n${yamlText(kustomization)}`,
  );
  return {
    files: new Map([...files].map(([path, text]) => [`${EJECTED}/${overlay}/${path}`, text])),
    objects: kept.length,
    secrets: objects.length - kept.length,
  };
}

/** With namespace and group where the name and the kind do not tell an object from another. */
function pathOf(object: KubernetesObject, all: KubernetesObject[]): string {
  const path = stemOf(object);
  if (all.every((other) => other === object || stemOf(other) !== path)) return `${path}.yaml`;
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : undefined;
  return [path, object.metadata.namespace ?? 'cluster', ...(group === undefined ? [] : [group])].join('.') + '.yaml';
}

/** In lower case: not every file system tells upper case from it. */
function stemOf({ kind, metadata: { name, labels } }: KubernetesObject): string {
  const kebab = kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `${labels?.[SERVICE_LABEL] ?? 'stack'}/${name}-${kebab}`;
}

function fullName(image: ImageName): string {
  return 'digest' in image ? `${image.newName}@${image.digest}` : `${image.newName}:${image.newTag}`;
}

/** Service → its assembled ConfigMap. */
function configMapsOf(assembled: Map<string, string>): Record<string, string> {
  const file = new RegExp(`^${BASE}/([^/]+)/config-map\\.yaml$`);
  return Object.fromEntries(
    [...assembled].flatMap(([path, text]) => {
      const [, service] = file.exec(path) ?? [];
      return service === undefined ? [] : [[service, text]];
    }),
  );
}

/** On this machine, services that no deploy has named an image for: kustomize would send their names as they are. */
function unnamedImages(rendered: KubernetesObject[], images: Record<string, ImageName>, overlay: string) {
  if (overlay !== 'dev') return [];
  const named = new Set(Object.values(images).map(fullName));
  const missing = rendered.flatMap(containersOf).flatMap(({ image }) => {
    const text = String(image);
    return named.has(text) || /[:@/]/.test(text) ? [] : [text];
  });
  return [...new Set(missing)].map((name) => ({
    file: 'deploy/dev/generated/kustomization.yaml',
    key: 'images',
    message: `names no image for ${name}`,
    hint: 'npx nx run deploy:assemble',
  }));
}
