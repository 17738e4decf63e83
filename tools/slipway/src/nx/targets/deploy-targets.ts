import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { MIGRATIONS_FOLDER } from '@slipway/migrations';
import { MIGRATION_SOURCES } from '../../services/migrate-command.ts';
import { FRAGMENT } from '../../services/service-roots.ts';
import { LOCKFILES } from '../../util/workspace/lockfile.ts';
import { target } from './target.ts';

/** What decides about the manifests besides the services' files, as far as the workspace has it. */
const SHARED_INPUTS = [
  // How they are made: here, or by the version that a lockfile names; it names what config.ts files import, too.
  'tools/slipway/src',
  'tools/embedded-postgres/src',
  'tools/util/src',
  'libs/keyword/src',
  'libs/migrations/src',
  ...LOCKFILES,
  'nx.json',
  'package.json',
];

function sharedInputs(workspaceRoot: string): string[] {
  return SHARED_INPUTS.filter((path) => existsSync(join(workspaceRoot, path))).map(
    (path) => `{workspaceRoot}/${path}${path.endsWith('/src') ? '/**/*' : ''}`,
  );
}

/** What concerns the stack as a whole. */
export const deployTargets = (
  workspaceRoot: string,
  roots: string[],
  /** All that the services' environments import or read, and whether Nx sees each change of it. */
  environments: { inputs: string[]; cache: boolean },
): Record<string, TargetConfiguration> => ({
  'assemble-base': target('assemble', "Write deploy/base and every .env.example from the services' own files", {
    options: { baseOnly: true },
    cache: environments.cache,
    inputs: [
      ...roots.flatMap((root) => [
        `{workspaceRoot}/${root}/${FRAGMENT}`,
        `{workspaceRoot}/${root}/${MIGRATIONS_FOLDER}/*`,
        ...MIGRATION_SOURCES.map((file) => `{workspaceRoot}/${root}/${file}`),
      ]),
      ...environments.inputs.map((file) => `{workspaceRoot}/${file}`),
      ...sharedInputs(workspaceRoot),
    ],
    outputs: [
      '{workspaceRoot}/deploy/base',
      '{workspaceRoot}/deploy/components/production',
      ...roots.map((root) => `{workspaceRoot}/${root}/.env.example`),
    ],
  }),
  assemble: target('assemble', 'Also write images, tags and secrets of this machine to deploy/dev/generated', {
    dependsOn: ['assemble-base'],
  }),
  check: target('assemble', 'Fail when deploy/base is stale', {
    options: { check: true },
  }),
  diff: target('diff', 'Show what a deploy would change in the cluster'),
  logs: target('logs', 'Show the log lines of one request, or recent lines of all services, in time order'),
  monitoring: target('monitoring', 'Run Prometheus with alert rules beside the deployed stack; --remove removes it'),
  render: target('render', 'Print an overlay as plain YAML for GitOps, images by digest'),
  status: target('status', 'Status overview, problems first: pods, revisions, restarts, live rates'),
  target: target('target', 'Print the cluster, context, namespace and address of the stack; --json'),
  'external-secrets': target('external-secrets', 'Print the secret keys that production needs, as ExternalSecrets'),
  'rotate-secrets': target(
    'rotate-secrets',
    'Rotate signing keys, service-to-service keys and database passwords without downtime',
  ),
  'dev-kind': target('dev-kind', 'Watch mode: a saved change is live in the kind cluster within a second', {
    continuous: true,
  }),
  ui: target('ui', 'Serve the page: problems and causes, requests, logs; prints a link', {
    continuous: true,
  }),
  teardown: target('teardown', 'Remove the stack from the kind cluster, volumes included'),
});
