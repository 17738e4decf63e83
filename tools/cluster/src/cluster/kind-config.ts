import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { ImageSource } from '../cli/options.ts';
import { defaultClusterName, kindConfigFile } from '../core/paths.ts';

type KindNode = { role: string; extraPortMappings?: Array<Record<string, unknown>> };
export type KindConfig = { kind: string; apiVersion: string; nodes?: KindNode[]; networking?: Record<string, unknown> };

export type ConfigWishes = { name: string; nodes: number | undefined; source: Exclude<ImageSource, 'auto'> };

export async function readKindConfig(file = kindConfigFile): Promise<KindConfig> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}): it describes the cluster, restore it from git`, {
      cause: error,
    });
  });
  const config = parse(text) as KindConfig | null;
  if (config?.kind !== 'Cluster') throw new Error(`${file} is no kind configuration: "kind: Cluster" is missing`);
  return config;
}

/** The committed configuration, changed by what only this machine or this command line knows. */
export function deriveKindConfig(committed: KindConfig, wishes: ConfigWishes): string {
  const config = structuredClone(committed);
  config.nodes = withWorkers(config.nodes ?? [{ role: 'control-plane' }], wishes.nodes);
  // kindnetd is part of kind's official image only; ours gets its pod network from us.
  if (wishes.source === 'packages') config.networking = { ...config.networking, disableDefaultCNI: true };
  if (wishes.name !== defaultClusterName) config.nodes.forEach(releaseHostPorts);
  return stringify(config);
}

function withWorkers(nodes: KindNode[], wanted: number | undefined): KindNode[] {
  if (wanted === undefined) return nodes;
  const controlPlanes = nodes.filter((node) => node.role === 'control-plane');
  const workers = nodes.filter((node) => node.role === 'worker');
  const missing = Math.max(0, wanted - controlPlanes.length - workers.length);
  const added = Array.from({ length: missing }, () => ({ role: 'worker' }));
  return [...controlPlanes, ...workers, ...added].slice(0, Math.max(wanted, controlPlanes.length));
}

// A second cluster cannot have the same port of this machine: 0 lets kind pick a free one.
function releaseHostPorts(node: KindNode): void {
  for (const mapping of node.extraPortMappings ?? []) mapping.hostPort = 0;
}
