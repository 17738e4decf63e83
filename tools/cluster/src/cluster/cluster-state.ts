import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '../core/paths.ts';
import { run } from '../core/run.ts';

export type NodeContainer = {
  name: string;
  running: boolean;
  image: string;
  /** When the container was last started, in ms; older states in Kubernetes are history. */
  startedAt: number;
};

export type ClusterState =
  | { state: 'absent' }
  /** Its creation was interrupted. */
  | { state: 'half-made'; nodes: NodeContainer[] }
  | { state: 'stopped'; nodes: NodeContainer[] }
  | { state: 'running'; nodes: NodeContainer[] };

/** The state of the containers; `readiness` tells the state of Kubernetes in them. */
export async function clusterState(name: string): Promise<ClusterState> {
  const nodes = await nodeContainers(name);
  if (nodes.length === 0) return { state: 'absent' };
  if (existsSync(creationMarker(name))) return { state: 'half-made', nodes };
  return { state: nodes.every((node) => node.running) ? 'running' : 'stopped', nodes };
}

/** Whether the nodes run an image from packages instead of kind's official image. */
export function isFromPackages(found: ClusterState): boolean {
  return found.state !== 'absent' && found.nodes.some(({ image }) => image.startsWith('slipway.local/'));
}

async function nodeContainers(name: string): Promise<NodeContainer[]> {
  const listed = await run(['docker', 'ps', '-aq', '--filter', `label=io.x-k8s.kind.cluster=${name}`]);
  const ids = listed.split('\n').filter((line) => line !== '');
  if (ids.length === 0) return [];
  const format = '{{.Name}}\t{{.State.Running}}\t{{.Config.Image}}\t{{.State.StartedAt}}';
  return parseContainers(await run(['docker', 'inspect', '--format', format, ...ids]));
}

export function parseContainers(lines: string): NodeContainer[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .map(([name = '', running, image = '', startedAt = '']) => ({
      name: name.replace(/^\//, ''),
      running: running === 'true',
      image,
      startedAt: Date.parse(startedAt),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

// Exists while the cluster is created, under the lock: a later run that finds it has found an interrupted creation.
const creationMarker = (name: string): string => join(cacheDir, 'clusters', `${name}.creating`);

export function markCreation(name: string): void {
  mkdirSync(dirname(creationMarker(name)), { recursive: true });
  writeFileSync(creationMarker(name), `${new Date().toISOString()}\n`);
}

export function unmarkCreation(name: string): void {
  rmSync(creationMarker(name), { force: true });
}
