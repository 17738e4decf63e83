import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readServiceSpecs } from '../services/read-services.ts';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { validateObject } from './schema/validate-object.ts';
import { GENERATED } from '../services/secrets/generated-folder.ts';
import { setConfigHash } from './overlay/set-config-hash.ts';
import { imageNames, pinImages } from './overlay/pin-images.ts';
import { renderOverlay } from './overlay/render-overlay.ts';
import type { Settings } from '../util/workspace/settings.ts';
import { image } from '../images/build/build-image.ts';

/** The objects for git, and the names of the Secrets that are left out. */
export type Rendering = { objects: KubernetesObject[]; secrets: string[] };

/**
 * The plain objects of `deploy/OVERLAY`, our images by digest, on `registry` (a host) if that is given. Secrets are left
 * out: they have no place in git. Throws ValidationError for what Kubernetes' schema does not allow.
 */
export async function render(settings: Settings, overlay: string, registry: string | undefined): Promise<Rendering> {
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
  const problems = rendered.flatMap((object) => schemaProblems(folder, object));
  if (problems.length > 0) throw new ValidationError(problems);
  const secrets = rendered.filter(isSecret).map(({ metadata }) => metadata.name);
  const objects = setConfigHash(pinImages(rendered, Object.fromEntries(references)));
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

function schemaProblems(file: string, object: KubernetesObject): Problem[] {
  const key = `${object.kind}/${object.metadata.name}`;
  return validateObject(object).map(({ path, message, hint }) => ({
    file,
    key: `${key} ${path.join('.')}`,
    message,
    hint,
  }));
}

export function isSecret({ kind }: KubernetesObject): boolean {
  return kind === 'Secret';
}
