import { run } from '../core/run.ts';
import type { NodeContainer } from './cluster-state.ts';

/** The control plane first: workers ask it for their configuration. */
export async function startCluster(nodes: readonly NodeContainer[], report: (detail: string) => void): Promise<void> {
  const stopped = nodes.filter((node) => !node.running).map((node) => node.name);
  const controlPlaneFirst = stopped.sort(
    (a, b) => Number(b.includes('control-plane')) - Number(a.includes('control-plane')),
  );
  for (const name of controlPlaneFirst) {
    report(name);
    await run(['docker', 'start', name]);
  }
}
