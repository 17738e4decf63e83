import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { UserError } from '@slipway/util/errors';
import { nxCommand } from '../kubernetes/client/target.ts';
import { CHANGE_CAUSE_ANNOTATION, PART_OF_LABEL, SYNCED_LABEL } from '../kubernetes/labels.ts';
import type { Live } from '../kubernetes/live.ts';
import { REVISION_ANNOTATION } from '../kubernetes/rollout/deployment-state.ts';
import type { StackContext } from './context/deploy-context.ts';

/** A revision of a service's pods, as its Deployment keeps it (`revisionHistoryLimit`). */
export type Revision = {
  number: number;
  image: string;
  /** `commit 189284b0c1d2-dirty`; undefined if no cause was recorded. */
  cause: string | undefined;
  /** When its first pods were made, RFC 3339. */
  createdAt: string;
  isCurrent: boolean;
  replicaSet: Live<V1ReplicaSet>;
};

export type RevisedService = { live: Live<V1Deployment>; revisions: Revision[] };

/** The revisions of the service that --rollback can go back to, the newest first. Throws when it is not deployed. */
export async function readRevisions(
  { api, settings, stack }: Pick<StackContext, 'api' | 'settings' | 'stack'>,
  service: string,
): Promise<RevisedService> {
  const apps = `/apis/apps/v1/namespaces/${stack}`;
  const live = await api.get<Live<V1Deployment>>(`${apps}/deployments/${service}`);
  if (live === undefined) {
    throw new UserError(`${service} is not deployed`, {
      hint: nxCommand(settings, api.context, `run ${service}:deploy-kind`),
    });
  }
  const query = new URLSearchParams({ labelSelector: `${PART_OF_LABEL}=${stack}` });
  const sets = (await api.get<{ items: Live<V1ReplicaSet>[] }>(`${apps}/replicasets?${query}`))?.items ?? [];
  const revisions = sets
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === live.metadata.uid))
    // Pods of watch mode run what they were sent, not what their image holds.
    .filter(({ spec }) => spec?.template?.metadata?.labels?.[SYNCED_LABEL] === undefined)
    .map((replicaSet): Revision => ({
      number: revisionOf(replicaSet),
      image: replicaSet.spec?.template?.spec?.containers.find(({ name }) => name === 'app')?.image ?? '',
      cause: replicaSet.metadata.annotations?.[CHANGE_CAUSE_ANNOTATION],
      createdAt: replicaSet.metadata.creationTimestamp ?? '',
      isCurrent: revisionOf(replicaSet) === revisionOf(live),
      replicaSet,
    }))
    .sort((a, b) => b.number - a.number);
  return { live, revisions };
}

/** The revision `to`, or without it the one before the present. Throws UserError that lists what there is. */
export function chooseRevision(service: string, { live, revisions }: RevisedService, to: number | undefined): Revision {
  const current = revisionOf(live);
  const hint = `there are:\n${formatRevisions(revisions)}`;
  if (to === current) throw new UserError(`${service} is at revision ${to} already`, { hint });
  const chosen = revisions.find(({ number }) => (to === undefined ? number < current : number === to));
  if (chosen !== undefined) return chosen;
  if (to !== undefined) throw new UserError(`${service} has no revision ${to}`, { hint });
  throw new UserError(`${service} has no previous revision: this is its first`);
}

/** One line a revision: number, image, commit and time. */
export function formatRevisions(revisions: Revision[], chosen?: Revision): string {
  const rows = revisions.map((revision) => [
    String(revision.number),
    revision.image,
    revision.cause ?? 'commit unknown',
    revision.createdAt,
    revision.isCurrent ? 'runs now' : revision === chosen ? 'chosen' : '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

function revisionOf({ metadata }: Live<V1Deployment | V1ReplicaSet>): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}
