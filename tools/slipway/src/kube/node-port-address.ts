import { exec } from '@slipway/util/exec';

/** Where a NodePort of a kind cluster is on this machine: `127.0.0.1:30080`. Throws when kind has mapped it to nothing. */
export async function nodePortAddress(cluster: string, nodePort: number): Promise<string> {
  const output = await exec(['docker', 'port', `${cluster}-control-plane`, `${nodePort}/tcp`]);
  return output.trim().split('\n')[0]!;
}
