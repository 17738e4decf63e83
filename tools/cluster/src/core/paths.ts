import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What can be made again from the network: binaries, image layouts. */
export const cacheDir =
  process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');

/** The engine belongs to the machine and outlives caches: its log and its runtime wrapper live here. */
export const engineStateDir = '/var/lib/slipway';

export const packageDir = resolve(import.meta.dirname, '..', '..');
export const repositoryDir = resolve(packageDir, '..', '..');
export const goDir = join(packageDir, 'go');
export const kindConfigFile = join(repositoryDir, 'deploy', 'kind.yaml');
export const defaultClusterName = 'slipway';
/** How a user calls this tool; every cure that is printed must be pasteable. */
export const self = 'npm run cluster --';
