import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const workspaceRoot = join(import.meta.dirname, '../..');
const cluster = process.env.SLIPWAY_CLUSTER ?? 'slipway';

/** Where the loop runs: this workspace, and the kind cluster that SLIPWAY_CLUSTER names. */
export const place = {
  workspaceRoot,
  cluster,
  context: `kind-${cluster}`,
  namespace: 'shop',
  gateway: process.env.GATEWAY_URL ?? gatewayOf(cluster),
  nx: [process.execPath, createRequire(import.meta.url).resolve('nx/bin/nx.js')] as const,
  kubectl: join(workspaceRoot, 'node_modules/.bin/kubectl'),
  kind: join(workspaceRoot, 'node_modules/.bin/kind'),
  nodes: (): string[] =>
    execFileSync('docker', ['ps', '--filter', `label=io.x-k8s.kind.cluster=${cluster}`, '--format', '{{.Names}}'], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter(Boolean),
};

/** Where the gateway's NodePort is on this machine; a cluster that was not made from deploy/kind.yaml may have another port. */
function gatewayOf(kindCluster: string): string {
  const port = execFileSync('docker', ['port', `${kindCluster}-control-plane`, '30080/tcp'], { encoding: 'utf8' });
  return `http://${port.trim()}`;
}
