import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MIGRATIONS_FOLDER } from '@slipway/migrations';
import type {
  CreateDependencies,
  CreateNodes,
  DependencyType,
  PreTasksExecution,
  TargetConfiguration,
} from '@nx/devkit';
import { commandLine } from '@slipway/util/command-line';
import type { BuildChoice } from './services/build-choice.ts';
import { MIGRATION_SOURCES } from './services/migrate-command.ts';
import { readServiceSpecsOf } from './services/read-service.ts';
import { FRAGMENT, SERVICE_FILE, serviceRoots } from './services/service-roots.ts';
import { hiddenFromNx } from './util/files/hidden-from-nx.ts';
import type { PluginOptions } from './util/workspace/plugin-options.ts';
import { KIND_CONFIG } from './util/workspace/settings.ts';
import { LOCKFILES } from './util/workspace/lockfile.ts';

export const name = 'slipway';

/** A folder with `k8s/fragment.yaml` or `slipway.yaml` is a service; the one with kind.yaml holds the manifests. */
export const createNodes: CreateNodes<PluginOptions> = [
  `{**/${FRAGMENT},**/${SERVICE_FILE},${KIND_CONFIG}}`,
  async (files, options, { workspaceRoot }) => {
    const kindConfigs = files.filter((file) => file === KIND_CONFIG);
    const roots = serviceRoots(workspaceRoot).filter((root) =>
      [FRAGMENT, SERVICE_FILE].some((file) => files.includes(`${root}/${file}`)),
    );
    const readings = await readServiceSpecsOf(workspaceRoot, roots);
    const inputs = [...new Set(readings.flatMap((reading) => reading.inputs))].sort();
    const isOutside = readings.some(({ outside }) => outside.length > 0);
    const cache = kindConfigs.length > 0 && !isOutside && (await hiddenFromNx(workspaceRoot, inputs)).length === 0;
    return [
      ...kindConfigs.map((file) => {
        const project = { name: 'deploy', targets: deployTargets(workspaceRoot, roots, { inputs, cache }) };
        return [file, { projects: { [dirname(file)]: project } }] as const;
      }),
      ...roots.map((root) => {
        const reading = readings.find((one) => one.root === root);
        // Where config.ts is broken, each target says so.
        const hasDatabase = reading === undefined || 'error' in reading || reading.serviceSpec.hasDatabase;
        const build = reading === undefined || 'error' in reading ? undefined : reading.serviceSpec.build;
        const targets = Object.entries({ ...serviceTargetsOf(build), ...(hasDatabase ? databaseTargets : {}) });
        const named = targets.map(([target, configuration]) => [
          options?.targetNames?.[target] ?? target,
          configuration,
        ]);
        const file = [FRAGMENT, SERVICE_FILE].map((name) => `${root}/${name}`).find((path) => files.includes(path))!;
        // In a language that brings no manifest, nothing else names the project.
        const isNamed = ['package.json', 'project.json'].some((it) => existsSync(join(workspaceRoot, root, it)));
        const project = { ...(isNamed ? {} : { name: basename(root) }), targets: Object.fromEntries(named) };
        return [file, { projects: { [root]: project } }] as const;
      }),
    ];
  },
];
/** What Nx 22 calls it. */
export const createNodesV2 = createNodes;

/**
 * A deploy draws its own rows, and prints what failed: Nx's rows on the same terminal would erase both. Nx takes what is
 * assigned here, in a process that it keeps, over into its own environment.
 */
export const preTasksExecution: PreTasksExecution = (_options, { argv }) => {
  if (argv.some((argument) => argument.includes('deploy-kind'))) process.env.NX_TASKS_RUNNER_DYNAMIC_OUTPUT = 'false';
  return Promise.resolve();
};

const serviceTargets: Record<string, TargetConfiguration> = {
  serve: {
    executor: 'slipway:serve',
    continuous: true,
    metadata: { description: 'Run this service as a process with its own database; restarts on edits' },
  },
  ...Object.fromEntries(
    (['restart', 'start', 'stop'] as const).map((action) => [
      action,
      {
        executor: 'slipway:control',
        options: { action },
        metadata: {
          description: `On this machine: ${action} this service under a running ${commandLine('start', 'slipway start')}`,
        },
      },
    ]),
  ),
  debug: {
    executor: 'slipway:debug',
    metadata: { description: 'Debug this service in an extra pod on the kind cluster; Ctrl-C deletes the pod' },
  },
  image: {
    executor: 'slipway:image',
    metadata: { description: 'Build the image as an OCI layout' },
  },
  'deploy-kind': {
    executor: 'slipway:deploy-kind',
    dependsOn: ['^deploy-kind'],
    metadata: { description: 'Deploy this service and the services it depends on to the kind cluster' },
  },
};

/** A service's own build comes first, where its image is made of the output. */
function serviceTargetsOf(build: BuildChoice | undefined): Record<string, TargetConfiguration> {
  if (build === undefined || !('target' in build)) return serviceTargets;
  return { ...serviceTargets, image: { ...serviceTargets.image, dependsOn: [build.target] } };
}

const databaseTargets: Record<string, TargetConfiguration> = {
  backup: {
    executor: 'slipway:backup',
    metadata: { description: "Write this service's database in the cluster to a file" },
  },
  psql: {
    executor: 'slipway:psql',
    metadata: { description: "Open psql on this service's development database on kind or on this machine (--local)" },
  },
  reset: {
    executor: 'slipway:reset',
    metadata: { description: "Empty this service's database in the kind cluster or on this machine (--local)" },
  },
  restore: {
    executor: 'slipway:restore',
    metadata: { description: "Put a backup into this service's database in the cluster" },
  },
};

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

const deployTargets = (
  workspaceRoot: string,
  roots: string[],
  /** All that the services' environments import or read, and whether Nx sees each change of it. */
  environments: { inputs: string[]; cache: boolean },
): Record<string, TargetConfiguration> => ({
  'assemble-base': {
    executor: 'slipway:assemble',
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
    metadata: { description: "Write deploy/base and every .env.example from the services' own files" },
  },
  assemble: {
    executor: 'slipway:assemble',
    dependsOn: ['assemble-base'],
    metadata: { description: 'Also write images, tags and secrets of this machine to deploy/dev/generated' },
  },
  check: {
    executor: 'slipway:assemble',
    options: { check: true },
    metadata: { description: 'Fail when deploy/base is stale' },
  },
  diff: {
    executor: 'slipway:diff',
    metadata: { description: 'Show what a deploy would change in the cluster' },
  },
  logs: {
    executor: 'slipway:logs',
    metadata: { description: 'Show the log lines of one request, or recent lines of all services, in time order' },
  },
  monitoring: {
    executor: 'slipway:monitoring',
    metadata: { description: 'Run Prometheus with alert rules beside the deployed stack; --remove removes it' },
  },
  render: {
    executor: 'slipway:render',
    metadata: { description: 'Print an overlay as plain YAML for GitOps, images by digest' },
  },
  status: {
    executor: 'slipway:status',
    metadata: { description: 'Status overview, problems first: pods, revisions, restarts, live rates' },
  },
  target: {
    executor: 'slipway:target',
    metadata: { description: 'Print the cluster, context, namespace and address of the stack; --json' },
  },
  'external-secrets': {
    executor: 'slipway:external-secrets',
    metadata: { description: 'Print the secret keys that production needs, as ExternalSecrets' },
  },
  'rotate-secrets': {
    executor: 'slipway:rotate-secrets',
    metadata: { description: 'Rotate signing keys, service-to-service keys and database passwords without downtime' },
  },
  'dev-kind': {
    executor: 'slipway:dev-kind',
    continuous: true,
    metadata: { description: 'Watch mode: a saved change is live in the kind cluster within a second' },
  },
  ui: {
    executor: 'slipway:ui',
    continuous: true,
    metadata: { description: 'Serve the page: problems and causes, requests, logs; prints a link' },
  },
  teardown: {
    executor: 'slipway:teardown',
    metadata: { description: 'Remove the stack from the kind cluster, volumes included' },
  },
});

/** The edges that the services' environments declare: order calls product, so it depends on it. */
export const createDependencies: CreateDependencies = async (_options, { projects, workspaceRoot }) => {
  const services = Object.entries(projects).filter(([, project]) => project.targets?.['deploy-kind'] !== undefined);
  const byRoot = new Map(services.map(([name, { root }]) => [basename(root), name]));
  // A broken config.ts must not break every nx command: the steps that need it report it.
  const readings = await readServiceSpecsOf(workspaceRoot, services.map(([, { root }]) => root).sort());
  return readings.flatMap((reading) => {
    if ('error' in reading) return [];
    const { calls, configFile: sourceFile } = reading.serviceSpec;
    const targets = calls.flatMap((callee) => byRoot.get(callee) ?? []);
    const type = 'static' as DependencyType;
    const sources = services.filter(([, { root }]) => root === reading.root);
    return sources.flatMap(([source]) => targets.map((target) => ({ source, target, type, sourceFile })));
  });
};
