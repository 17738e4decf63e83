import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { workspaceRoot } from '@slipway/util/workspace-root';

/** What can be made again from the network: binaries, image layouts. */
export const cacheDir =
  process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');

/** The engine belongs to the machine and outlives caches: its log and its runtime wrapper are here. */
export const engineStateDir = '/var/lib/slipway';

export const packageDir = resolve(import.meta.dirname, '..', '..');
export const repositoryDir = workspaceRoot(packageDir);
export const goDir = join(packageDir, 'go');
export const kindConfigFile = join(repositoryDir, 'deploy', 'kind.yaml');
export const defaultClusterName = 'slipway';
/** How a user calls this tool; every hint can be pasted. */
export const self = 'npm run cluster --';
