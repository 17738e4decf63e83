import { parseJson } from '@slipway/util/json';
import { CommandError, UserError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { clusterCommand } from '../../util/commands.ts';

/** How long the engine may take for a list, ms. */
const ENGINE_TIMEOUT_MS = 20_000;
/** What Docker's client says when it reaches no engine. */
const SILENT = /cannot connect to the docker daemon|error during connect|failed to connect to the docker API/i;

/** The running nodes of the kind cluster: their names, which are their containers' too. Throws with the hint when none runs. */
export async function kindNodes(cluster: string): Promise<string[]> {
  const output = await askEngine([
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
    hint: clusterCommand('up', '--name', cluster),
  });
}

/** Docker's answer. Throws UserError with the hint where no engine answers. */
async function askEngine(args: string[]): Promise<string> {
  try {
    return await exec(['docker', ...args], { timeoutMs: ENGINE_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { DOCKER_HOST } = process.env;
    const where = DOCKER_HOST === undefined ? '' : ` (DOCKER_HOST=${DOCKER_HOST})`;
    if (error.code === 'ENOENT')
      throw new UserError('there is no docker command', { hint: 'install Docker, or put it on PATH', cause: error });
    if (error.code !== 'timeout' && !SILENT.test(error.output)) throw error;
    throw new UserError(`the container engine does not answer${where}`, {
      hint: 'start Docker (npm run up does, where it can), and see what docker info says',
      cause: error,
    });
  }
}

type Ports = Record<string, { HostIp: string; HostPort: string }[] | null>;

/** Where a TCP port of the cluster's nodes is on this machine: `127.0.0.1:30080`. Undefined when kind maps it to nothing. */
export async function hostAddress(cluster: string, nodePort: number): Promise<string | undefined> {
  const nodes = await kindNodes(cluster);
  const output = await askEngine(['inspect', '--format', '{{json .NetworkSettings.Ports}}', ...nodes]);
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
