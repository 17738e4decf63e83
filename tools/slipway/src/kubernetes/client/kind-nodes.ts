import { parseJson } from '@slipway/util/json';
import { UserError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';

/** The running nodes of the kind cluster: their names, which are their containers' too. Throws with the hint when none runs. */
export async function kindNodes(cluster: string): Promise<string[]> {
  const output = await exec([
    'docker',
    'ps',
    '--filter',
    `label=io.x-k8s.kind.cluster=${cluster}`,
    '--filter',
    'status=running',
    '--format',
    '{{.Names}}\t{{.Label "io.x-k8s.kind.role"}}',
  ]);
  const rows = output
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
  const nodes = rows.filter(([, role]) => role !== 'external-load-balancer').flatMap(([name]) => name ?? []);
  if (nodes.length > 0) return nodes;
  throw new UserError(`no node of the kind cluster "${cluster}" is running`, {
    hint: `npm run cluster -- up --name ${cluster}`,
  });
}

type Ports = Record<string, { HostIp: string; HostPort: string }[] | null>;

/** Where a TCP port of the cluster's nodes is on this machine: `127.0.0.1:30080`. Undefined when kind maps it to nothing. */
export async function hostAddress(cluster: string, nodePort: number): Promise<string | undefined> {
  const nodes = await kindNodes(cluster);
  const output = await exec(['docker', 'inspect', '--format', '{{json .NetworkSettings.Ports}}', ...nodes]);
  const mappings = output
    .trim()
    .split('\n')
    .flatMap((line) => parseJson<Ports>(line, 'the answer of docker inspect')[`${nodePort}/tcp`] ?? []);
  const [first] = mappings;
  return first && `${reachable(first.HostIp)}:${first.HostPort}`;
}

/** A wildcard is where others listen, not where one connects to. */
function reachable(ip: string): string {
  if (ip === '' || ip === '0.0.0.0') return '127.0.0.1';
  if (ip === '::') return '[::1]';
  return ip.includes(':') ? `[${ip}]` : ip;
}
