import { startBundler } from '../bundle/start-bundler.ts';
import { collectContracts } from '../contract/read-contracts.ts';
import { type DatabaseLogin, loginOf } from '../contract/database-login.ts';
import { type Environment, resolveEnvironments } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import { FaultsError } from '../faults/faults-error.ts';
import type { Fault } from '../faults/fault.ts';
import { type ContainerImage, imageReference } from '../image/container-image.ts';
import { imageName } from '../image/image-name.ts';
import { wholeImage } from '../image/whole-image.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { clusterPlace } from '../overlay/cluster-place.ts';
import { generatedComponent } from '../overlay/generated-component.ts';
import { knownSecrets } from '../overlay/known-secrets.ts';
import { GENERATED, secretPaths } from '../overlay/secret-files.ts';
import type { Reporter } from '../report/reporter.ts';
import { secretFileFaults } from '../secrets/secret-file-faults.ts';
import { ASSEMBLED, BASE, examine } from '../steps/assemble.ts';
import { image } from '../steps/image.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { PRIVATE, writeFiles } from '../workspace/write-files.ts';

/** What a deploy needs to know before it touches a cluster. */
export type PreparedStack = {
  contracts: ServiceContract[];
  /** Name in the manifests → image. */
  images: Record<string, ContainerImage>;
  /** Service → its assembled ConfigMap, YAML. */
  configMaps: Record<string, string>;
  /** Service → the login that it uses. */
  logins: Record<string, DatabaseLogin>;
  /** The files that are new, changed or gone. */
  changed: string[];
};

/**
 * Assembles deploy/base, builds every service's image and writes deploy/dev/generated, so that `kubectl apply -k
 * deploy/dev` has all it needs. With `registry` the manifests name its images, by digest. Without `api` secrets come from the local copy alone. Writes nothing and throws
 * FaultsError when anything is wrong with the files, the sources, or by `moreFaults`.
 */
export async function prepareStack(
  settings: Settings,
  api: KubeApi | undefined,
  report: Reporter,
  timeline: Timeline,
  registry: string | undefined,
  moreFaults: (contracts: ServiceContract[]) => Promise<Fault[]> = async () => [],
): Promise<PreparedStack> {
  const { workspaceRoot, stack } = settings;
  // The bundler's process takes a while to start.
  startBundler();
  const collected = await timeline.measure('stack', 'assemble', () => collectContracts(workspaceRoot));
  const { contracts } = collected;
  // Assembling last: it keeps this process busy, while the bundler and the API server work for the others.
  const [built, known, exposed, more, { files, faults }] = await Promise.all([
    buildImages(settings, contracts, timeline),
    knownSecrets(workspaceRoot, stack, contracts, api),
    secretFileFaults(workspaceRoot, secretPaths(contracts)),
    moreFaults(contracts),
    timeline.measure('stack', 'assemble', () => examine(settings, collected)),
  ]);
  const allFaults = [...faults, ...built.faults, ...known.faults, ...exposed, ...more];
  if (allFaults.length > 0) throw new FaultsError(allFaults);

  const assembled = await writeFiles(workspaceRoot, files, ASSEMBLED);
  const count = assembled.written.length + assembled.deleted.length;
  const what = count === 0 ? 'unchanged' : `${count} files changed`;
  report.event('stack', 'assemble', `${contracts.length} services, ${what}`);
  for (const [name, image] of Object.entries(built.images)) report.event(name, 'image', imageReference(image));
  const environments = resolveEnvironments(contracts, clusterPlace, known.environments);
  const configMaps = Object.fromEntries(
    contracts.map(({ name }) => [name, files.get(`${BASE}/${name}/config-map.yaml`)!]),
  );
  const images = Object.fromEntries(
    Object.entries(built.images).map(([name, image]) => [name, imageName(image, registry)]),
  );
  const logins = serviceLogins(contracts, environments);
  // What new volumes are made with: the service's own login, unless the database's Secret says another.
  const databases = { ...logins, ...known.databases };
  const component = generatedComponent({ stack, contracts, images, environments, databases, configMaps });
  const generated = await writeFiles(workspaceRoot, component, GENERATED, PRIVATE);
  const changed = [assembled, generated].flatMap(({ written, deleted }) => [...written, ...deleted]);
  return { contracts, images: built.images, configMaps, logins, changed };
}

function serviceLogins(
  contracts: ServiceContract[],
  environments: Record<string, Environment>,
): Record<string, DatabaseLogin> {
  const logins = contracts.flatMap(({ name, keys }): [string, DatabaseLogin][] => {
    const urlKey = keys.find(({ source }) => source.kind === 'postgres-url')?.name;
    return urlKey === undefined ? [] : [[name, loginOf(environments[name]![urlKey])!]];
  });
  return Object.fromEntries(logins);
}

async function buildImages(
  settings: Settings,
  contracts: ServiceContract[],
  timeline: Timeline,
): Promise<{ images: Record<string, ContainerImage>; faults: Fault[] }> {
  const faults: Fault[] = [];
  const images: Record<string, ContainerImage> = {};
  const results = await Promise.allSettled(
    contracts.map((contract) => timeline.measure(contract.name, 'image', () => image(settings, contract))),
  );
  results.forEach((result, index) => {
    if (result.status === 'fulfilled') images[contracts[index]!.name] = result.value;
    else if (result.reason instanceof FaultsError) faults.push(...result.reason.faults);
    else throw result.reason;
  });
  if (contracts.some(({ hasDatabase }) => hasDatabase)) images.postgres = await wholeImage(settings.stack, 'postgres');
  return { images, faults };
}
