import { kubectl } from '../cluster/kubectl.ts';
import { pause } from '../core/interruption.ts';
import { run, succeeds } from '../core/run.ts';

const DEADLINE_MS = 90_000;
const SIGNER = 'kubernetes.io/kubelet-serving';
const CERTIFICATE = '/var/lib/kubelet/pki/kubelet-server-current.pem';

// kubeadm lets each kubelet sign for itself, which nobody can verify. The file outlives restarts of the node.
const ASK_FOR_ONE = `set -eu
config=/var/lib/kubelet/config.yaml
grep -q '^serverTLSBootstrap: true$' $config && exit 0
echo 'serverTLSBootstrap: true' >> $config
systemctl restart kubelet
`;

type Request = {
  metadata: { name: string };
  spec: { signerName: string; username: string };
  status?: { conditions?: unknown[] };
};

/** Makes kubelets serve with certificates of the cluster's own authority, so that their callers can verify them. */
export async function signKubeletCertificates(
  cluster: string,
  nodes: readonly string[],
  report: (detail: string) => void,
): Promise<void> {
  report('asking the cluster to sign the kubelets’ certificates');
  for (const node of nodes) await run(['docker', 'exec', '-i', node, 'sh', '-s'], { input: ASK_FOR_ONE });
  const deadline = Date.now() + DEADLINE_MS;
  while (true) {
    await approve(cluster, nodes);
    const missing = await withoutCertificate(nodes);
    if (missing.length === 0) return;
    report(`waiting for the certificate of ${missing.join(', ')}`);
    if (Date.now() > deadline) {
      throw new Error(
        `no serving certificate for the kubelet of ${missing.join(', ')} after ${DEADLINE_MS / 1000} s; ` +
          `kubectl get certificatesigningrequests, and in the node: journalctl -u kubelet`,
      );
    }
    await pause(500);
  }
}

/** Nobody approves these by default. Only what a node of this cluster asks for itself. */
async function approve(cluster: string, nodes: readonly string[]): Promise<void> {
  const answer = await kubectl(cluster, ['get', 'certificatesigningrequests', '-o', 'json']);
  const pending = (JSON.parse(answer) as { items: Request[] }).items
    .filter(({ spec, status }) => spec.signerName === SIGNER && (status?.conditions ?? []).length === 0)
    .filter(({ spec }) => nodes.some((node) => spec.username === `system:node:${node}`))
    .map(({ metadata }) => metadata.name);
  if (pending.length > 0) await kubectl(cluster, ['certificate', 'approve', ...pending]);
}

async function withoutCertificate(nodes: readonly string[]): Promise<string[]> {
  const found = await Promise.all(nodes.map((node) => succeeds(['docker', 'exec', node, 'test', '-e', CERTIFICATE])));
  return nodes.filter((_, index) => !found[index]);
}
