import { writeTar } from '@slipway/oci/tar';
import { parse } from 'yaml';
import { pause } from '../core/interruption.ts';
import { run } from '../core/run.ts';
import { folder, textFile } from '../images/content/entries.ts';
import { kubectl } from './kubectl.ts';
import { conflist, networkFile, type PodRange } from './pod-routes.ts';

const DEADLINE_MS = 60_000;

/**
 * Gives each node of a cluster from packages its pod network: no daemon, a CNI configuration per node and routes to
 * the others, kept up by the node's own slipway-network service.
 */
export async function layPodNetwork(cluster: string, report: (detail: string) => void): Promise<void> {
  report('waiting for each node’s range of pod addresses');
  const ranges = await podRanges(cluster);
  const subnets = await clusterSubnets(cluster);
  for (const { node } of ranges) {
    report(node);
    const files = await writeTar([
      folder('etc/slipway'),
      textFile('etc/slipway/network', networkFile(node, ranges, subnets)),
      folder('etc/cni/net.d', 0o700),
      textFile('etc/cni/net.d/10-slipway.conflist', conflist(node, ranges)),
    ]);
    await run(['docker', 'cp', '-', `${node}:/`], { input: files });
    await run(['docker', 'exec', node, 'systemctl', 'restart', 'slipway-network.service']);
  }
}

/** Addresses of pods and of services, as kubeadm was told: kind's own or those of deploy/kind.yaml. */
async function clusterSubnets(cluster: string): Promise<{ pods: string; services: string }> {
  const text = await kubectl(cluster, [
    ...['-n', 'kube-system', 'get', 'configmap', 'kubeadm-config'],
    ...['-o', 'jsonpath={.data.ClusterConfiguration}'],
  ]);
  const { networking } = parse(text) as { networking: { podSubnet: string; serviceSubnet: string } };
  return { pods: networking.podSubnet, services: networking.serviceSubnet };
}

async function podRanges(cluster: string): Promise<PodRange[]> {
  const deadline = Date.now() + DEADLINE_MS;
  while (true) {
    const answer = JSON.parse(await kubectl(cluster, ['get', 'nodes', '-o', 'json'])) as {
      items: Array<{ metadata: { name: string }; spec: { podCIDR?: string } }>;
    };
    const ranges = answer.items.map(({ metadata, spec }) => ({ node: metadata.name, range: spec.podCIDR ?? '' }));
    const without = ranges.filter(({ range }) => range === '');
    if (without.length === 0 && ranges.length > 0) return ranges;
    if (Date.now() > deadline) {
      throw new Error(
        `no pod addresses for ${without.map(({ node }) => node).join(', ')} after ${DEADLINE_MS / 1000} s: kube-controller-manager assigns them, see its log`,
      );
    }
    await pause(300);
  }
}
