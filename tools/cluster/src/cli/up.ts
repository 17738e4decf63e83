import { addonSteps } from '../addons/addon-steps.ts';
import { kubeRouter, policyRecipe } from '../addons/kube-router.ts';
import { clusterState, isFromPackages, unmarkCreation, type ClusterState } from '../cluster/cluster-state.ts';
import { endOfSupport, releaseToCreate, requireRelease } from '../cluster/cluster-release.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import { deletionSteps } from '../cluster/delete-cluster.ts';
import { contextOf } from '../cluster/kubectl.ts';
import { configurePodNetwork } from '../cluster/pod-network.ts';
import { readiness } from '../cluster/readiness.ts';
import { ensureContext, startNodes, waitReady } from '../cluster/start-cluster.ts';
import { withCacheLock } from '../core/cache-lock.ts';
import { DEFAULT_RELEASE, type Release } from '../core/releases.ts';
import { runSteps, say, type Step } from '../core/steps.ts';
import type { ImageSource } from '../core/versions.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { baseImageSteps, missingBaseImages } from '../images/base/base-images.ts';
import { chooseImageSource } from '../images/choose-source.ts';
import { nodeImageSteps } from '../images/node/node-image-steps.ts';
import { binariesStep, hasBinaries } from '../packages/binaries/ensure-binaries.ts';
import { linkBinaries } from '../packages/binaries/link-binaries.ts';
import type { Options } from './options.ts';

/** Looks at the state of this machine, lists the missing steps, and runs them. */
export async function up(options: Options): Promise<number> {
  await withCacheLock(async () => {
    await ensureEngine(options.install);
    const found = options.fresh ? await withoutCluster(options.name) : await clusterState(options.name);
    await runSteps(await missingSteps(options, found));
    if (isFromPackages(found)) await runSteps(await policySteps(options.name));
    if (options.install && process.getuid?.() === 0) linkBinaries();
  });
  say(`cluster ${options.name} is up: kubectl --context ${contextOf(options.name)}`);
  return 0;
}

/** Deletes an existing cluster of the name. */
async function withoutCluster(name: string): Promise<ClusterState> {
  await runSteps(await deletionSteps(name));
  return { state: 'absent' };
}

async function missingSteps(options: Options, found: ClusterState): Promise<Step[]> {
  const mustCreate = found.state === 'absent' || found.state === 'half-made';
  const decided = decidedSource(options, found);
  const release = mustCreate ? releaseToCreate(options.kubernetes, found) : DEFAULT_RELEASE;
  const lacksBinaries = !hasBinaries(release);
  const missingImages = await missingBaseImages(options.images === 'auto' ? undefined : options.images);
  const needsSource = mustCreate || lacksBinaries || missingImages.length > 0;
  const source = decided ?? (needsSource ? await chooseImageSource(options.images, release) : 'packages');
  return [
    ...(mustCreate ? await nodeImageSteps(source, options.install, release) : []),
    ...(lacksBinaries ? [binariesStep(source, release)] : []),
    ...(mustCreate ? await creationSteps(options, source, release) : await recoverySteps(options, found)),
    ...baseImageSteps(missingImages, source),
  ];
}

/** The source that the command line names, else the source of the existing cluster. */
function decidedSource(options: Options, found: ClusterState): ImageSource | undefined {
  if (options.images !== 'auto') return options.images;
  if (found.state !== 'running' && found.state !== 'stopped') return undefined;
  return isFromPackages(found) ? 'packages' : 'official';
}

async function creationSteps({ name, nodes }: Options, source: ImageSource, release: Release): Promise<Step[]> {
  const network: Step = {
    id: 'network',
    title: 'pod network',
    estimate: 3,
    run: (report) => configurePodNetwork(name, report),
  };
  return [
    {
      id: `create-${nodes ?? 1}`,
      title: `cluster ${name}`,
      estimate: 20,
      run: (report) => createCluster({ name, nodes, source, release }, report),
    },
    ...(source === 'packages' ? [network, ...(await addonSteps(kubeRouter, name, 'packages'))] : []),
    {
      id: 'ready',
      title: 'cluster ready',
      estimate: 20,
      async run(report) {
        await waitReady(name, policyRecipe(), report);
        // Only now: after an interruption before this point, the next run recreates the cluster.
        unmarkCreation(name);
      },
    },
  ];
}

async function recoverySteps({ name, nodes, kubernetes }: Options, found: ClusterState): Promise<Step[]> {
  if (found.state === 'absent') return [];
  const count = found.nodes.length;
  if (nodes !== undefined && nodes !== count) {
    say(`cluster ${name} keeps its ${count} node(s). For ${nodes}: down, then up --nodes ${nodes}`);
  }
  requireRelease(kubernetes, found, name);
  const outdated = endOfSupport(found, name);
  if (outdated !== undefined) say(outdated);
  const recipe = policyRecipe();
  if (found.state === 'running' && hasBinaries()) {
    if ((await readiness(name, recipe)).waitingFor.length === 0) return [];
    await ensureContext(name);
    if ((await readiness(name, recipe)).waitingFor.length === 0) return [];
  }
  const start: Step = {
    id: 'start',
    title: `starting cluster ${name}`,
    estimate: 3,
    run: (report) => startNodes(found.nodes, report),
  };
  const ready: Step = {
    id: 'ready-again',
    title: 'cluster ready',
    estimate: 45,
    async run(report) {
      await ensureContext(name);
      await waitReady(name, recipe, report);
    },
  };
  return [...(found.state === 'stopped' ? [start] : []), ready];
}

/** In a running cluster of an older recipe, the enforcer of NetworkPolicies is updated in place. */
async function policySteps(name: string): Promise<Step[]> {
  const { policies } = await readiness(name, policyRecipe());
  return policies?.isCurrent ? [] : addonSteps(kubeRouter, name, 'packages');
}
