import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The facts of the workspace that slipway needs everywhere. */
export type Settings = {
  workspaceRoot: string;
  /** Namespace of the stack and value of `app.kubernetes.io/part-of`; option `namespace` of the plugin in nx.json. */
  stack: string;
  /** Name of the kind cluster: SLIPWAY_CLUSTER of the environment, else `name` in deploy/kind.yaml. */
  cluster: string;
};

export const KIND_CONFIG = 'deploy/kind.yaml';

type NxJson = { plugins?: (string | { plugin: string; options?: { namespace?: string } })[] };

/** Reads nx.json and deploy/kind.yaml. */
export function readSettings(workspaceRoot: string): Settings {
  const nxJson = JSON.parse(readFileSync(join(workspaceRoot, 'nx.json'), 'utf8')) as NxJson;
  const entry = nxJson.plugins?.find((plugin) => typeof plugin === 'object' && plugin.plugin === 'slipway');
  const kind = parse(readFileSync(join(workspaceRoot, KIND_CONFIG), 'utf8')) as { name?: string };
  return {
    workspaceRoot,
    stack: (typeof entry === 'object' ? entry.options?.namespace : undefined) ?? 'default',
    cluster: process.env.SLIPWAY_CLUSTER ?? kind.name ?? 'kind',
  };
}
