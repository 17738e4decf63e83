import { serviceNames } from '../../services/service-roots.ts';
import { deployServices, diff, logs, status } from '../executors/entry.ts';
import type { TargetCommand } from './target-command.ts';

/** The most frequent commands. All others remain Nx targets. */
export const targetCommands: TargetCommand[] = [
  {
    name: 'deploy',
    executor: 'deploy-kind',
    target: 'SERVICE:deploy-kind',
    takesServices: true,
    async run(options, root, services) {
      // A rollback concerns only the named services; a deploy includes the services they call, as in Nx.
      const selected = options.rollback === true ? services : await withCallees(root, services);
      const all = selected.length === 0 ? serviceNames(root) : selected;
      return deployServices(options as Parameters<typeof deployServices>[0], root, all);
    },
  },
  {
    name: 'diff',
    executor: 'diff',
    target: 'deploy:diff',
    takesServices: false,
    run: (options, root) => diff(options as Parameters<typeof diff>[0], { root }),
  },
  {
    name: 'status',
    executor: 'status',
    target: 'deploy:status',
    takesServices: false,
    run: (options, root) => status(options as Parameters<typeof status>[0], { root }),
  },
  {
    name: 'logs',
    executor: 'logs',
    target: 'deploy:logs',
    takesServices: true,
    run: (options, root, services) =>
      logs({ ...(services.length === 0 ? {} : { service: services }), ...options } as Parameters<typeof logs>[0], {
        root,
      }),
  },
];

/** A spec that cannot be read has no calls here; the deploy reports its problems with all others. */
async function withCallees(root: string, services: string[]): Promise<string[]> {
  if (services.length === 0) return services;
  // Only here: `slipway status` and `--help` need no reader of services.
  const { collectServiceSpecs } = await import('../../services/read-services.ts');
  const { serviceSpecs } = await collectServiceSpecs(root);
  const found = new Set(services);
  // Iteration over a Set includes elements that are added meanwhile.
  for (const name of found)
    serviceSpecs.find((spec) => spec.name === name)?.calls.forEach((callee) => found.add(callee));
  return [...found];
}
