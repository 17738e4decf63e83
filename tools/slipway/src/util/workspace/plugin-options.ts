import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What nx.json says to the plugin. */
export type PluginOptions = {
  /** Namespace of the stack; default: derived from the workspace's name. */
  namespace?: string;
  /** Globs of the folders that may be services; default: those of `SERVICE_FOLDERS`. */
  services?: string[];
  /** What targets of a service are called; default: what they are called in the documentation. */
  targetNames?: Record<string, string>;
};

type NxJson = { plugins?: (string | { plugin: string; options?: PluginOptions })[] };

/** The options of the plugin in nx.json; none where there is no such file. */
export function readPluginOptions(workspaceRoot: string): PluginOptions {
  const file = join(workspaceRoot, 'nx.json');
  if (!existsSync(file)) return {};
  const { plugins = [] } = JSON.parse(readFileSync(file, 'utf8')) as NxJson;
  const entry = plugins.find((plugin) => typeof plugin === 'object' && plugin.plugin === 'slipway');
  return (typeof entry === 'object' ? entry.options : undefined) ?? {};
}
