import type { TargetConfiguration } from '@nx/devkit';
import { commandLine } from '@slipway/util/command-line';
import type { BuildChoice } from '../../services/build-choice.ts';
import { target } from './target.ts';

/** What every service can be told. `build`: absent where its config.ts cannot be read. */
export function serviceTargets(build: BuildChoice | undefined): Record<string, TargetConfiguration> {
  if (build === undefined || !('target' in build)) return TARGETS;
  // Its own build comes first, where the image is made of the output.
  return { ...TARGETS, image: { ...TARGETS.image, dependsOn: [build.target] } };
}

const TARGETS: Record<string, TargetConfiguration> = {
  serve: target('serve', 'Run this service as a process with its own database; restarts on edits', {
    continuous: true,
  }),
  ...Object.fromEntries(
    (['restart', 'start', 'stop'] as const).map((action) => [
      action,
      target(
        'control',
        `On this machine: ${action} this service under a running ${commandLine('start', 'slipway start')}`,
        {
          options: { action },
        },
      ),
    ]),
  ),
  debug: target('debug', 'Debug this service in an extra pod on the kind cluster; Ctrl-C deletes the pod'),
  image: target('image', 'Build the image as an OCI layout'),
  'deploy-kind': target('deploy-kind', 'Deploy this service and the services it depends on to the kind cluster', {
    dependsOn: ['^deploy-kind'],
  }),
};

/** Of a service with a database. */
export const databaseTargets: Record<string, TargetConfiguration> = {
  backup: target('backup', "Write this service's database in the cluster to a file"),
  psql: target('psql', "Open psql on this service's development database on kind or on this machine (--local)"),
  reset: target('reset', "Empty this service's database in the kind cluster or on this machine (--local)"),
  restore: target('restore', "Put a backup into this service's database in the cluster"),
};
