import { parseJson } from '@slipway/util/json';
import { writeTar } from '@slipway/oci/tar';
import { UserError } from '@slipway/util/errors';
import { parse } from 'yaml';
import { pause, run } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import { folder, textFile } from '../images/content/entries.ts';
import { contextOf, kubectlPatiently } from './kubectl.ts';
import { conflist, networkFile, type PodRange } from './pod-routes.ts';

const TIMEOUT_MS = 60_000;

type KubeNode = { metadata: { name: string }; spec: { podCIDR?: string } };

/**
 * Configures the pod network on each node of a cluster from packages: a CNI configuration, and routes to the other nodes,
 * which the service slipway-network of the node maintains.
 */
export async function configurePodNetwork(cluster: string, report: Report): Promise<void> {
  report('waiting for the range of pod addresses of each node');
  const ranges = await podRanges(cluster, report);
  const subnets = await clusterSubnets(cluster, report);
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

/** The addresses of pods and of services in kubeadm's configuration: the default of kind, or those of deploy/kind.yaml. */
async function clusterSubnets(cluster: string, report: Report): Promise<{ pods: string; services: string }> {
  const configMap = ['-n', 'kube-system', 'get', 'configmap', 'kubeadm-config'];
  const query = [...configMap, '-o', 'jsonpath={.data.ClusterConfiguration}'];
  const text = await kubectlPatiently(cluster, query, { report });
  const { networking }: { networking: { podSubnet: string; serviceSubnet: string } } = parse(text);
  return { pods: networking.podSubnet, services: networking.serviceSubnet };
}

async function podRanges(cluster: string, report: Report): Promise<PodRange[]> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (true) {
    const answer = await kubectlPatiently(cluster, ['get', 'nodes', '-o', 'json'], { report });
    const ranges = parseJson<{ items: KubeNode[] }>(answer, 'the answer of kubectl').items.map(
      ({ metadata, spec }) => ({ node: metadata.name, range: spec.podCIDR ?? '' }),
    );
    const without = ranges.filter(({ range }) => range === '');
    if (without.length === 0 && ranges.length > 0) return ranges;
    if (Date.now() > deadline) {
      const nodes = without.map(({ node }) => node).join(', ');
      throw new UserError(`no pod addresses for ${nodes} after ${TIMEOUT_MS / 1000} s`, {
        hint: `read the log of kube-controller-manager, which assigns them: kubectl --context ${contextOf(cluster)} -n kube-system logs -l component=kube-controller-manager`,
      });
    }
    await pause(300);
  }
}
