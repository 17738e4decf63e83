import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readServiceSpecs } from '../services/read-services.ts';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { renderProblems } from './render-problems.ts';
import { GENERATED } from '../services/secrets/generated-folder.ts';
import { placeholderProblems } from './overlay/placeholder-problems.ts';
import { setConfigHash } from './overlay/set-config-hash.ts';
import { imageNames, pinImages } from './overlay/pin-images.ts';
import { renderOverlay } from './overlay/render-overlay.ts';
import { withVersionLabels } from './overlay/version-labels.ts';
import type { Settings } from '../util/workspace/settings.ts';
import { image } from '../images/build/build-image.ts';
import { parseRegistry } from '../util/registry-address.ts';
import { isMissing } from '../images/publish/registry/missing-image.ts';

/** `registry`: a host, or a path in one. The checks are on unless the user leaves them out. */
export type RenderOptions = { registry?: string; checkPlaceholders: boolean; checkRegistry: boolean };

/** The objects for git, and the names of the Secrets that are left out. */
export type Rendering = { objects: KubernetesObject[]; secrets: string[] };

/**
 * The plain objects of `deploy/OVERLAY`, our images by digest, on `registry` (a host, or a path in one) if that is given. Secrets are left
 * out: they have no place in git. Throws ValidationError for what Kubernetes' schema does not allow, for placeholders that
 * are not filled in, and, with `checkRegistry`, for images that the registry lacks.
 */
export async function render(
  settings: Settings,
  overlay: string,
  { registry, checkPlaceholders, checkRegistry }: RenderOptions,
): Promise<Rendering> {
  if (registry !== undefined) parseRegistry(registry);
  const { workspaceRoot, stack } = settings;
  const folder = `deploy/${overlay}`;
  const rendered = await renderedOverlay(workspaceRoot, overlay);
  const named = imageNames(rendered);
  const serviceSpecs = (await readServiceSpecs(workspaceRoot)).filter(({ name }) => named.includes(name));
  const references = await Promise.all(
    serviceSpecs.map(async (serviceSpec): Promise<[string, string]> => {
      const { repository, manifest, upstream } = await image(settings, serviceSpec);
      if (upstream !== undefined) return [serviceSpec.name, upstream];
      const name = registry === undefined ? repository : `${registry}/${stack}/${serviceSpec.name}`;
      return [serviceSpec.name, `${name}@${manifest.digest}`];
    }),
  );
  const images = Object.fromEntries(references);
  const problems = [
    ...(checkPlaceholders
      ? placeholderProblems(
          workspaceRoot,
          folder,
          rendered.filter((object) => !isSecret(object)),
        )
      : []),
    ...rendered.flatMap((object) => renderProblems(folder, object)),
    ...(registry === undefined || !checkRegistry ? [] : await missingImages(registry, images)),
  ];
  if (problems.length > 0) throw new ValidationError(problems);
  const secrets = rendered.filter(isSecret).map(({ metadata }) => metadata.name);
  const objects = setConfigHash(pinImages(withVersionLabels(rendered, images), images));
  return { objects: objects.filter((object) => !isSecret(object)), secrets };
}

/** The objects of `deploy/OVERLAY`, Secrets included. Throws ValidationError where there is no such overlay. */
export async function renderedOverlay(workspaceRoot: string, overlay: string): Promise<KubernetesObject[]> {
  const folder = `deploy/${overlay}`;
  requireFile(workspaceRoot, `${folder}/kustomization.yaml`, 'name a folder of deploy/ that has one: --overlay prod');
  if (overlay === 'dev') requireFile(workspaceRoot, `${GENERATED}/kustomization.yaml`, 'npx nx run deploy:assemble');
  return renderOverlay(workspaceRoot, folder);
}

function requireFile(workspaceRoot: string, path: string, hint: string): void {
  if (!existsSync(join(workspaceRoot, path)))
    throw new ValidationError([{ file: path, message: 'does not exist', hint }]);
}

/** `images`: service → its image by digest. What other registries serve is theirs to check. */
async function missingImages(registry: string, images: Record<string, string>): Promise<Problem[]> {
  const found = await Promise.all(
    Object.entries(images).map(async ([service, reference]): Promise<Problem[]> => {
      if (!reference.startsWith(`${registry}/`)) return [];
      const [repository = '', digest = ''] = reference.slice(registry.length + 1).split('@');
      if (!(await isMissing(registry, repository, digest))) return [];
      const message = `is not on ${registry} yet: ${repository}@${digest}`;
      return [{ file: reference, key: service, message, hint: `npx nx run ${service}:image --registry ${registry}` }];
    }),
  );
  return found.flat();
}

export function isSecret({ kind }: KubernetesObject): boolean {
  return kind === 'Secret';
}
