import { parseJson } from '@slipway/util/json';
import { UserError } from '@slipway/util/errors';
import { contextOf, kubectl } from '../cluster/kubectl.ts';
import { pause, run, succeeds } from '../core/run.ts';
import type { Report } from '../core/steps.ts';

const TIMEOUT_MS = 90_000;
const SIGNER = 'kubernetes.io/kubelet-serving';
const CERTIFICATE = '/var/lib/kubelet/pki/kubelet-server-current.pem';

// In kubeadm's default each kubelet signs its own certificate, which no client can verify. The file outlives restarts.
const REQUEST_CERTIFICATE = `set -eu
config=/var/lib/kubelet/config.yaml
grep -q '^serverTLSBootstrap: true$' $config && exit 0
echo 'serverTLSBootstrap: true' >> $config
systemctl restart kubelet
`;

type SigningRequest = {
  metadata: { name: string };
  spec: { signerName: string; username: string };
  status?: { conditions?: unknown[] };
};

/** Lets kubelets serve with certificates of the cluster's authority, so that clients can verify them. */
export async function signKubeletCertificates(
  cluster: string,
  nodes: readonly string[],
  report: Report,
): Promise<void> {
  report('requesting certificates for the kubelets');
  for (const node of nodes) await run(['docker', 'exec', '-i', node, 'sh', '-s'], { input: REQUEST_CERTIFICATE });
  const deadline = Date.now() + TIMEOUT_MS;
  while (true) {
    await approve(cluster, nodes);
    const missing = await withoutCertificate(nodes);
    if (missing.length === 0) return;
    report(`waiting for the certificate of ${missing.join(', ')}`);
    if (Date.now() > deadline) {
      const [node] = missing;
      throw new UserError(
        `no serving certificate for the kubelet of ${missing.join(', ')} after ${TIMEOUT_MS / 1000} s`,
        {
          hint: `kubectl --context ${contextOf(cluster)} get certificatesigningrequests; docker exec ${node} journalctl -u kubelet`,
        },
      );
    }
    await pause(500);
  }
}

/** Approves what a node of this cluster requests for itself, and nothing else; kubeadm approves none of these requests. */
async function approve(cluster: string, nodes: readonly string[]): Promise<void> {
  const answer = await kubectl(cluster, ['get', 'certificatesigningrequests', '-o', 'json']);
  const pending = parseJson<{ items: SigningRequest[] }>(answer, 'the answer of kubectl')
    .items.filter(({ spec, status }) => spec.signerName === SIGNER && (status?.conditions ?? []).length === 0)
    .filter(({ spec }) => nodes.some((node) => spec.username === `system:node:${node}`))
    .map(({ metadata }) => metadata.name);
  if (pending.length > 0) await kubectl(cluster, ['certificate', 'approve', ...pending]);
}

async function withoutCertificate(nodes: readonly string[]): Promise<string[]> {
  const found = await Promise.all(nodes.map((node) => succeeds(['docker', 'exec', node, 'test', '-e', CERTIFICATE])));
  return nodes.filter((_, index) => !found[index]);
}
