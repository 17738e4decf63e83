import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder for what outlives a clone: base images, tools. `SLIPWAY_CACHE` overrides. */
export function cacheDir(): string {
  return process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway');
}
