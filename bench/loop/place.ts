import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stackEnvironment, stackTarget } from 'slipway/target';

const workspaceRoot = join(import.meta.dirname, '../..');
const { cluster, context, namespace } = stackTarget(workspaceRoot);
let gateway: string | undefined;

/** Where the loop runs: this workspace, and the kind cluster that SLIPWAY_CLUSTER names. */
export const place = {
  workspaceRoot,
  cluster,
  context,
  namespace,
  /** Of the stack in that cluster. */
  gateway: async (): Promise<string> => (gateway ??= (await stackEnvironment(workspaceRoot, context)).GATEWAY_URL!),
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
