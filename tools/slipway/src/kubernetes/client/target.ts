import { UserError } from '@slipway/util/errors';
import { clusterCommand } from '../../util/commands.ts';
import { parseRegistry } from '../../util/registry-address.ts';

/** Programs that make clusters and bring images to their nodes. */
export type ImportProgram = 'k3d' | 'minikube';

/**
 * Where a stack goes. Nodes of kind get images directly (`cluster` is its name), those of k3d and minikube by that
 * `program`; others pull them from `registry`.
 */
export type Target = { context: string } & (
  { cluster: string } | { program: ImportProgram; cluster: string } | { registry: string }
);

const KIND = 'kind-';

/** Name of the kind cluster that a context belongs to; undefined for one that is not kind's. */
export function kindCluster(context: string): string | undefined {
  return context.startsWith(KIND) ? context.slice(KIND.length) : undefined;
}

/** The program that made the cluster of a context, and its name there; other profiles of minikube look like anything. */
function importTarget(context: string): { program: ImportProgram; cluster: string } | undefined {
  if (context.startsWith('k3d-')) return { program: 'k3d', cluster: context.slice('k3d-'.length) };
  return context === 'minikube' ? { program: 'minikube', cluster: context } : undefined;
}

/** The kubeconfig context to work on: that of the kind cluster `cluster`, unless the user names another. */
export function contextName(cluster: string, named: string | undefined): string {
  return named ?? `${KIND}${cluster}`;
}

/**
 * Where to deploy: to the named context or to the kind cluster `cluster`. A context that is not kind's is taken only by
 * name; one that is not k3d's or minikube's either needs a registry, because slipway cannot put images on its nodes.
 */
export function deployTarget(
  cluster: string,
  { context: named, registry }: { context?: string; registry?: string },
): Target {
  const context = contextName(cluster, named);
  if (registry !== undefined) {
    parseRegistry(registry);
    return { context, registry };
  }
  const kind = kindCluster(context);
  if (kind !== undefined) return { context, cluster: kind };
  const imported = importTarget(context);
  if (imported !== undefined) return { context, ...imported };
  throw new UserError(`context "${context}" is not a kind cluster`, {
    hint: 'name the registry that its nodes pull images from, e.g. --registry registry.example.com',
  });
}

/** What to do when the cluster of a context is not there or not well. */
export function clusterHint(context: string): string {
  const cluster = kindCluster(context);
  return cluster === undefined ? `kubectl --context ${context} get nodes` : clusterCommand('up', '--name', cluster);
}

/** An nx command for a hint: with the context, unless the command takes it by itself. */
export function nxCommand({ defaultCluster }: { defaultCluster: string }, context: string, command: string): string {
  return `npx nx ${command}${context === contextName(defaultCluster, undefined) ? '' : ` --context ${context}`}`;
}
