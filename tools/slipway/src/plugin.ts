import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CreateDependencies, CreateNodes, DependencyType, PreTasksExecution } from '@nx/devkit';
import { deployTargets } from './nx/targets/deploy-targets.ts';
import { databaseTargets, serviceTargets } from './nx/targets/service-targets.ts';
import { readServiceSpecsOf } from './services/read-service.ts';
import { FRAGMENT, SERVICE_FILE, serviceRoots } from './services/service-roots.ts';
import { hiddenFromNx } from './util/files/hidden-from-nx.ts';
import type { PluginOptions } from './util/workspace/plugin-options.ts';
import { KIND_CONFIG } from './util/workspace/settings.ts';

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
      ...roots.flatMap((root) => {
        const reading = readings.find((one) => one.root === root);
        // Where config.ts is broken, each target says so.
        const hasDatabase = reading === undefined || 'error' in reading || reading.serviceSpec.hasDatabase;
        const build = reading === undefined || 'error' in reading ? undefined : reading.serviceSpec.build;
        const targets = Object.entries({ ...serviceTargets(build), ...(hasDatabase ? databaseTargets : {}) });
        const named = targets.map(([target, configuration]) => [
          options?.targetNames?.[target] ?? target,
          configuration,
        ]);
        const file = [FRAGMENT, SERVICE_FILE].map((it) => `${root}/${it}`).find((path) => files.includes(path));
        if (file === undefined) return [];
        // In a language that brings no manifest, nothing else names the project.
        const isNamed = ['package.json', 'project.json'].some((it) => existsSync(join(workspaceRoot, root, it)));
        const project = { ...(isNamed ? {} : { name: basename(root) }), targets: Object.fromEntries(named) };
        return [[file, { projects: { [root]: project } }] as const];
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
