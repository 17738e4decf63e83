import { resolveEnvironments } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import { FaultsError } from '../faults/faults-error.ts';
import type { Fault } from '../faults/fault.ts';
import { type ContainerImage, imageReference } from '../image/container-image.ts';
import { databaseImage } from '../image/database-image.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { clusterPlace } from '../overlay/cluster-place.ts';
import { GENERATED, generatedComponent } from '../overlay/generated-component.ts';
import { knownSecrets } from '../overlay/known-secrets.ts';
import type { Reporter } from '../report/reporter.ts';
import { assemble, BASE } from '../steps/assemble.ts';
import { image } from '../steps/image.ts';
import type { Settings } from '../workspace/settings.ts';
import { writeFiles } from '../workspace/write-files.ts';

/** What a deploy needs to know before it touches a cluster. `images`: name in the manifests → image. */
export type PreparedStack = { contracts: ServiceContract[]; images: Record<string, ContainerImage> };

/**
 * Assembles deploy/base, builds every service's image and writes deploy/dev/generated, so that `kubectl apply -k
 * deploy/dev` has all it needs. Without `api` secrets come from the local copy alone.
 */
export async function prepareStack(
  settings: Settings,
  api: KubeApi | undefined,
  report: Reporter,
): Promise<PreparedStack> {
  const { workspaceRoot, stack } = settings;
  const { contracts, files } = await assemble(settings);
  const changes = await writeFiles(workspaceRoot, files, BASE);
  const changed = changes.written.length + changes.deleted.length;
  report.event(
    'stack',
    'assemble',
    `${contracts.length} services, ${changed === 0 ? 'unchanged' : `${changed} files changed`}`,
  );

  const [images, known] = await Promise.all([
    buildImages(settings, contracts),
    knownSecrets(workspaceRoot, stack, contracts, api),
  ]);
  for (const [name, built] of Object.entries(images)) report.event(name, 'image', `${imageReference(built)}`);
  const environments = resolveEnvironments(contracts, clusterPlace, known);
  const component = generatedComponent({ stack, contracts, images, environments });
  await writeFiles(workspaceRoot, component, GENERATED, 0o600);
  return { contracts, images };
}

async function buildImages(settings: Settings, contracts: ServiceContract[]): Promise<Record<string, ContainerImage>> {
  const faults: Fault[] = [];
  const entries: [string, ContainerImage][] = [];
  const results = await Promise.allSettled(contracts.map((contract) => image(settings, contract)));
  results.forEach((result, index) => {
    if (result.status === 'fulfilled') entries.push([contracts[index]!.name, result.value]);
    else if (result.reason instanceof FaultsError) faults.push(...result.reason.faults);
    else throw result.reason;
  });
  if (faults.length > 0) throw new FaultsError(faults);
  if (contracts.some(({ hasDatabase }) => hasDatabase)) entries.push(['postgres', await databaseImage(settings.stack)]);
  return Object.fromEntries(entries);
}
