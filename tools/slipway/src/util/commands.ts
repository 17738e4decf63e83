import { commandLine } from '@slipway/util/command-line';

/** How the cluster tool is called in this workspace, for hints. */
export function clusterCommand(...args: string[]): string {
  return commandLine('cluster', 'slipway-cluster', ...args);
}

/** How the services are started on this machine, for hints. */
export function startCommand(...args: string[]): string {
  return commandLine('start', 'slipway start', ...args);
}
