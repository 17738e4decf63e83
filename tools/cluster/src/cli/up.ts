import { componentSteps } from '../addons/component-steps.ts';
import { kubeRouter } from '../addons/kube-router.ts';
import { clusterState, isFromPackages, unmarkCreation, type ClusterState } from '../cluster/cluster-state.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import { deletionSteps } from '../cluster/deletion-steps.ts';
import { contextOf } from '../cluster/kubectl.ts';
import { layPodNetwork } from '../cluster/pod-network.ts';
import { readiness } from '../cluster/readiness.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { ensureContext, waitReady } from '../cluster/wait-ready.ts';
import { withLock } from '../core/lock.ts';
import { cacheDir } from '../core/paths.ts';
import { runSteps, say, type Step } from '../core/steps.ts';
import { sweepWorkFolders } from '../core/work-folder.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { baseImageSteps, missingBaseImages } from '../images/base/base-images.ts';
import { chooseImageSource } from '../images/choose-source.ts';
import { nodeImageSteps } from '../images/node/node-image-steps.ts';
import { hasTools, toolsStep } from '../packages/binaries/ensure-binaries.ts';
import { linkTools } from '../packages/binaries/link-binaries.ts';
import type { CliArguments } from './options.ts';

type Source = 'official' | 'packages';

/** Looks what is there, lines up what is missing, does that. Nothing missing: nothing done. */
export async function up(wishes: CliArguments): Promise<number> {
  await withLock(cacheDir, async () => {
    await sweepWorkFolders();
    await ensureEngine(wishes.install);
    const found = wishes.fresh ? await withoutCluster(wishes.name) : await clusterState(wishes.name);
    await runSteps(await missingSteps(wishes, found));
    if (isFromPackages(found)) await runSteps(await policySteps(wishes.name));
    if (wishes.install && process.getuid?.() === 0) linkTools();
  });
  say(`cluster ${wishes.name} is up: kubectl --context ${contextOf(wishes.name)}`);
  return 0;
}

/** Whatever there was under the name is gone after this. */
async function withoutCluster(name: string): Promise<ClusterState> {
  await runSteps(await deletionSteps(name));
  return { state: 'absent' };
}

async function missingSteps(wishes: CliArguments, found: ClusterState): Promise<Step[]> {
  const mustCreate = found.state === 'absent' || found.state === 'half-made';
  const given = sourceOf(wishes, found);
  const missingTools = !hasTools();
  const missingImages = await missingBaseImages(wishes.images === 'auto' ? undefined : wishes.images);
  const needsSource = mustCreate || missingTools || missingImages.length > 0;
  const source: Source = given ?? (needsSource ? await chooseImageSource(wishes.images) : 'packages');
  return [
    ...(mustCreate ? await nodeImageSteps(source, wishes.install) : []),
    ...(missingTools ? [toolsStep(source)] : []),
    ...(mustCreate ? await creationSteps(wishes, source) : await recoverySteps(wishes, found)),
    ...baseImageSteps(missingImages, source),
  ];
}

/** What an existing cluster was made from decides, unless the command line does. */
function sourceOf(wishes: CliArguments, found: ClusterState): Source | undefined {
  if (wishes.images !== 'auto') return wishes.images;
  if (found.state !== 'running' && found.state !== 'stopped') return undefined;
  return isFromPackages(found) ? 'packages' : 'official';
}

async function creationSteps(wishes: CliArguments, source: Source): Promise<Step[]> {
  const { name, nodes } = wishes;
  return [
    {
      id: `create-${nodes ?? 1}`,
      title: `cluster ${name}`,
      estimate: 20,
      run: (report) => createCluster({ name, nodes, source }, report),
    },
    ...(source === 'packages' ? [networkStep(name), ...(await componentSteps(kubeRouter, name, 'packages'))] : []),
    {
      id: 'ready',
      title: 'cluster ready',
      estimate: 20,
      async run(report) {
        await waitReady(name, report);
        // Only now: an interruption before this point makes the next run start over.
        unmarkCreation(name);
      },
    },
  ];
}

async function recoverySteps(wishes: CliArguments, found: ClusterState): Promise<Step[]> {
  if (found.state === 'absent') return [];
  const { name } = wishes;
  const count = found.nodes.length;
  if (wishes.nodes !== undefined && wishes.nodes !== count) {
    say(
      `cluster ${name} has ${count} node(s), not ${wishes.nodes}: kept as it is. To change that: down, then up --nodes ${wishes.nodes}`,
    );
  }
  if (found.state === 'running' && hasTools()) {
    if ((await readiness(name)).waitingFor.length === 0) return [];
    await ensureContext(name);
    if ((await readiness(name)).waitingFor.length === 0) return [];
  }
  const start = (report: (detail: string) => void): Promise<void> => startCluster(found.nodes, report);
  return [
    ...(found.state === 'stopped' ? [{ id: 'start', title: `starting cluster ${name}`, estimate: 3, run: start }] : []),
    { id: 'ready-again', title: 'cluster ready', estimate: 45, run: (report) => waitAgain(name, report) },
  ];
}

/** A running cluster may be older than this recipe: what enforces NetworkPolicies is brought up to date in place. */
async function policySteps(name: string): Promise<Step[]> {
  const { policies } = await readiness(name);
  return policies?.isCurrent ? [] : componentSteps(kubeRouter, name, 'packages');
}

async function waitAgain(name: string, report: (detail: string) => void): Promise<void> {
  await ensureContext(name);
  await waitReady(name, report);
}

function networkStep(name: string): Step {
  return { id: 'network', title: 'pod network', estimate: 3, run: (report) => layPodNetwork(name, report) };
}
