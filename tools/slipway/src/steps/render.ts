import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readContracts } from '../contract/read-contracts.ts';
import type { Fault } from '../faults/fault.ts';
import { FaultsError } from '../faults/faults-error.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { validateObject } from '../manifests/schema/validate-object.ts';
import { GENERATED } from '../overlay/secret-files.ts';
import { markEnvironment } from '../overlay/mark-environment.ts';
import { imageNames, pinImages } from '../overlay/pin-images.ts';
import { renderOverlay } from '../overlay/render-overlay.ts';
import type { Settings } from '../workspace/settings.ts';
import { image } from './image.ts';

/** The objects for git, and the names of the Secrets that are left out. */
export type Rendering = { objects: KubernetesObject[]; secrets: string[] };

/**
 * The plain objects of `deploy/OVERLAY`, our images by digest, on `registry` (a host) if that is given. Secrets are left
 * out: they have no place in git. Throws FaultsError for what Kubernetes' schema does not allow.
 */
export async function render(settings: Settings, overlay: string, registry: string | undefined): Promise<Rendering> {
  const { workspaceRoot, stack } = settings;
  const folder = `deploy/${overlay}`;
  requireFile(workspaceRoot, `${folder}/kustomization.yaml`, 'name a folder of deploy/ that has one: --overlay prod');
  if (overlay === 'dev') requireFile(workspaceRoot, `${GENERATED}/kustomization.yaml`, 'npx nx run deploy:assemble');
  const rendered = await renderOverlay(workspaceRoot, folder);
  const named = imageNames(rendered);
  const contracts = (await readContracts(workspaceRoot)).filter(({ name }) => named.includes(name));
  const references = await Promise.all(
    contracts.map(async (contract): Promise<[string, string]> => {
      const { repository, manifest } = await image(settings, contract);
      const name = registry === undefined ? repository : `${registry}/${stack}/${contract.name}`;
      return [contract.name, `${name}@${manifest.digest}`];
    }),
  );
  const faults = rendered.flatMap((object) => schemaFaults(folder, object));
  if (faults.length > 0) throw new FaultsError(faults);
  const secrets = rendered.filter(isSecret).map(({ metadata }) => metadata.name);
  const objects = markEnvironment(pinImages(rendered, Object.fromEntries(references)));
  return { objects: objects.filter((object) => !isSecret(object)), secrets };
}

function requireFile(workspaceRoot: string, path: string, cure: string): void {
  if (!existsSync(join(workspaceRoot, path))) throw new FaultsError([{ file: path, problem: 'does not exist', cure }]);
}

function schemaFaults(file: string, object: KubernetesObject): Fault[] {
  const key = `${object.kind}/${object.metadata.name}`;
  return validateObject(object).map(({ path, problem, cure }) => ({
    file,
    key: `${key} ${path.join('.')}`,
    problem,
    cure,
  }));
}

function isSecret({ kind }: KubernetesObject): boolean {
  return kind === 'Secret';
}
