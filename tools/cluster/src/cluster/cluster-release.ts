import { UserError } from '@slipway/util/errors';
import { self } from '../core/paths.ts';
import { DEFAULT_RELEASE, findRelease, minorOf, type Release, SUPPORTED_RELEASES } from '../core/releases.ts';
import type { ClusterState } from './cluster-state.ts';

/** The minor of Kubernetes that the nodes run; undefined without a cluster or with a node image of others. */
export function clusterMinor(found: ClusterState): string | undefined {
  return found.state === 'absent' ? undefined : /:v(\d+\.\d+)\./.exec(found.nodes[0]?.image ?? '')?.[1];
}

/** The release of the cluster that `up` creates: an interrupted creation is repeated, not replaced by another one. */
export function releaseToCreate(asked: Release | undefined, found: ClusterState): Release {
  return asked ?? findRelease(clusterMinor(found) ?? '') ?? DEFAULT_RELEASE;
}

/** Throws UserError where an existing cluster is of another release than the command line asks for. */
export function requireRelease(asked: Release | undefined, found: ClusterState, name: string): void {
  const existing = clusterMinor(found);
  if (asked === undefined || existing === undefined) return;
  const wanted = minorOf(asked.kubernetes);
  if (existing === wanted) return;
  throw new UserError(`cluster ${name} runs Kubernetes ${existing}, not ${wanted}`, {
    hint:
      `${self} up --fresh --name ${name} --kubernetes ${wanted} deletes it with its volumes and makes a new one; ` +
      'another --name keeps it',
  });
}

/** What to tell about a cluster whose release has left the support of Kubernetes; undefined: nothing. */
export function endOfSupport(found: ClusterState, name: string): string | undefined {
  const existing = clusterMinor(found);
  const supported = SUPPORTED_RELEASES.map(({ kubernetes }) => minorOf(kubernetes));
  if (existing === undefined || supported.includes(existing)) return undefined;
  return (
    `cluster ${name} runs Kubernetes ${existing}, which is not supported; ` +
    `a new one of ${supported[0]}, without the volumes of this one: ${self} up --fresh --name ${name}`
  );
}
