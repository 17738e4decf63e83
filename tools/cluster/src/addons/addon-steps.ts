/**
 * Add-ons run in the cluster besides the parts of kubeadm: a program, its image, its manifest. Installing one again
 * brings it up to date.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { layoutImage, writeImageArchive } from '@slipway/oci/archive';
import { clusterState } from '../cluster/cluster-state.ts';
import { kubectlPatiently } from '../cluster/kubectl.ts';
import { run } from '../core/run.ts';
import type { Report, Step } from '../core/steps.ts';
import type { ImageSource } from '../core/versions.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { layoutFolder } from '../images/base/base-images.ts';
import { imageRef, imageSteps } from './addon-image.ts';
import { addonManifest } from './addon-manifest.ts';
import type { Addon } from './addon.ts';

const TIMEOUT_S = 120;
const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=slipway-cluster', '-f', '-'];
const IMPORT = ['ctr', '-n', 'k8s.io', 'images', 'import', '--all-platforms', '-'];

/** Installs an add-on in a running cluster: loads its image into nodes that cannot pull it, and applies its manifest. */
export async function addonSteps(addon: Addon, cluster: string, source: ImageSource): Promise<Step[]> {
  const { name, title, officialImage, prepare } = addon;
  const pulled = source === 'official' ? officialImage : undefined;
  const install = async (report: Report): Promise<void> => {
    const found = await clusterState(cluster);
    const nodes = found.state === 'absent' ? [] : found.nodes.map((node) => node.name);
    if (pulled === undefined) {
      report(`loading its image into ${nodes.length} node(s)`);
      await loadLayout(layoutFolder(name), nodes);
    }
    await prepare?.(cluster, nodes, report);
    await applyManifest(cluster, addon, pulled ?? imageRef(addon), report);
  };
  return [
    ...(pulled === undefined ? await imageSteps(addon) : []),
    { id: `install-${name}`, title, estimate: 8, run: install },
  ];
}

/** Loads an image layout into nodes, so that their kubelets need not pull it. */
async function loadLayout(layout: string, nodes: readonly string[]): Promise<void> {
  await inWorkFolder('load', async (folder) => {
    const archive = join(folder, 'image.tar');
    await writeImageArchive([await layoutImage(layout)], archive);
    await Promise.all(
      nodes.map((node) => run(['docker', 'exec', '-i', node, ...IMPORT], { input: createReadStream(archive) })),
    );
  });
}

async function applyManifest(cluster: string, addon: Addon, image: string, report: Report): Promise<void> {
  const { workload, apis } = addonManifest(addon, image);
  report('applying its manifest');
  await kubectlPatiently(cluster, APPLY, { input: workload, report });
  report('waiting for its pods');
  const named = `${addon.workload.toLowerCase()}/${addon.name}`;
  await waitFor(cluster, ['rollout', 'status', named, '--namespace=kube-system'], { report });
  if (apis === undefined) return;
  // Not before: the API server would connect to any other listener at the Service's address, and keep the connection.
  report('registering its API');
  await kubectlPatiently(cluster, APPLY, { input: apis, report });
  await waitFor(cluster, ['wait', '--for=condition=Available', '--filename=-'], { report, input: apis });
}

function waitFor(cluster: string, condition: string[], options: { report: Report; input?: string }): Promise<string> {
  const limits = [`--timeout=${TIMEOUT_S}s`, '--request-timeout=0'];
  return kubectlPatiently(cluster, [...condition, ...limits], { timeoutMs: (TIMEOUT_S + 10) * 1000, ...options });
}
