import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isInstalled } from '@slipway/util/command-line';
import { findWorkspaceRoot } from '@slipway/util/workspace-root';

/** What can be made again from the network: binaries, image layouts. */
export const cacheDir =
  process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');

/** The engine belongs to the machine and outlives caches: its log and its runtime wrapper are here. */
export const engineStateDir = '/var/lib/slipway';

export const packageDir = resolve(import.meta.dirname, '..', '..');
export const goDir = join(packageDir, 'go');
/** Of the workspace that the tool is called in. */
export const kindConfigFile = join(findWorkspaceRoot(process.cwd()) ?? process.cwd(), 'deploy', 'kind.yaml');
export const defaultClusterName = nameOf(kindConfigFile) ?? 'slipway';

/** How a user calls this tool; every hint can be pasted. */
export const self = isInstalled ? 'npx slipway-cluster' : 'npm run cluster --';

/** Problems of the file are reported by the code that needs the rest of it. */
function nameOf(file: string): string | undefined {
  return existsSync(file) ? /^name: *["']?([a-z0-9.-]+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}
