import { readFile } from 'node:fs/promises';
import { UserError } from '@slipway/util/errors';
import { isInstalled } from '@slipway/util/command-line';
import { parseDocument, stringify } from 'yaml';
import { defaultClusterName, kindConfigFile } from '../core/paths.ts';
import type { ImageSource } from '../core/versions.ts';

type KindNode = { role: string; extraPortMappings?: Array<Record<string, unknown>> };
export type KindConfig = {
  kind: string;
  apiVersion: string;
  nodes?: KindNode[];
  networking?: Record<string, unknown>;
  kubeadmConfigPatches?: string[];
};

export type ConfigOptions = { name: string; nodes: number | undefined; source: ImageSource; acceptCgroupV1: boolean };

export async function readKindConfig(file = kindConfigFile): Promise<KindConfig> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const hint = isInstalled ? 'npx nx g slipway:init writes one' : `restore it: git checkout ${file}`;
    throw new UserError(`${file}, which describes the cluster, cannot be read (${error.code})`, { hint, cause: error });
  });
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) {
    const line = broken.linePos?.[0].line;
    throw new UserError(broken.message, { file, line, hint: 'correct the YAML', cause: broken });
  }
  const config: KindConfig | null = document.toJS();
  if (config?.kind !== 'Cluster') {
    throw new UserError(`${file} is not a configuration of kind`, { hint: 'add the line "kind: Cluster"' });
  }
  return config;
}

const ACCEPT_CGROUP_V1 = stringify({ kind: 'KubeletConfiguration', failCgroupV1: false });

/** The committed configuration, adapted to this machine and to the options of the command. */
export function deriveKindConfig(committed: KindConfig, options: ConfigOptions): string {
  const config = structuredClone(committed);
  config.nodes = withWorkers(config.nodes ?? [{ role: 'control-plane' }], options.nodes);
  // Only the official image has kind's network daemon; see pod-network.ts for the others.
  if (options.source === 'packages') config.networking = { ...config.networking, disableDefaultCNI: true };
  if (options.acceptCgroupV1) config.kubeadmConfigPatches = [...(config.kubeadmConfigPatches ?? []), ACCEPT_CGROUP_V1];
  if (options.name !== defaultClusterName) config.nodes.forEach(releaseHostPorts);
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

// Two clusters cannot have the same port of this machine; with 0, kind chooses a free one.
function releaseHostPorts(node: KindNode): void {
  for (const mapping of node.extraPortMappings ?? []) mapping.hostPort = 0;
}
