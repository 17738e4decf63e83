import { join, resolve } from 'node:path';

export const workspaceRoot = resolve(import.meta.dirname, '..', '..', '..');

/** What the stages leave for a closer look; git-ignored. */
export const logFile = (name: string): string => join(workspaceRoot, '.slipway', 'checks', name);
