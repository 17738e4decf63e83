import { describeState } from '../../kubernetes/rollout/describe-state.ts';
import { isReady } from '../../kubernetes/rollout/is-ready.ts';
import type { Pod } from '../../kubernetes/rollout/pod.ts';
import type { ServiceStatus, WorkloadStatus } from '../../operate/status/stack-status.ts';
import type { ClusterDatabases } from './cluster-databases.ts';
import type { PageDatabase, PageService, PageState } from './page-types.ts';
import type { Scrapes } from './scrapes.ts';

const STATES: Record<WorkloadStatus['state'], PageState> = {
  ready: 'ready',
  waiting: 'waiting',
  failed: 'failed',
  off: 'stopped',
  absent: 'absent',
};

type Known = {
  scrapes: Scrapes | undefined;
  hasDatabase: boolean;
  /** On a cluster for development more may be done. */
  isKind: boolean;
  pods: Pod[];
  url?: string;
};

/** A service of the cluster with the traffic of all its pods. */
export function clusterService(
  service: ServiceStatus,
  { scrapes, hasDatabase, isKind, pods, url }: Known,
): PageService {
  const { name, state, reason, podsReady, podsWanted, revision, image, restarts, migration, failingChecks } = service;
  // Without pods there is no traffic, whatever was seen a moment ago.
  const traffic = state === 'off' ? undefined : (scrapes?.traffic() ?? service.traffic);
  const pool = state === 'off' ? undefined : scrapes?.pool();
  const since = sinceOf(pods);
  return {
    name,
    state: STATES[state],
    ...(reason === undefined ? {} : { detail: describeState(reason) }),
    ...(since === undefined ? {} : { since }),
    ...(url === undefined ? {} : { url }),
    pods: `${podsReady}/${podsWanted}`,
    restarts,
    failingChecks: failingChecks.map(({ name, detail, pods: count }) => ({
      name,
      detail: `${detail} (${count} ${count === 1 ? 'pod' : 'pods'})`,
    })),
    actions: actionsOf(service, hasDatabase && isKind),
    ...(revision === undefined ? {} : { revision }),
    ...(image === undefined ? {} : { image }),
    ...(migration === undefined ? {} : { migration }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(pool === undefined ? {} : { pool }),
  };
}

function actionsOf({ state }: ServiceStatus, canReset: boolean): PageService['actions'] {
  if (state === 'absent') return ['redeploy'];
  if (state === 'off') return ['start'];
  return ['restart', 'stop', 'redeploy', ...(canReset ? (['reset'] as const) : []), 'log-level'];
}

/** Since when all its pods have been ready or not: the newest change. */
function sinceOf(pods: Pod[]): string | undefined {
  const changes = pods.flatMap(
    (pod) =>
      (pod.status?.conditions ?? []).find(({ type }) => type === 'Ready')?.lastTransitionTime ??
      (isReady(pod) ? [] : (pod.status?.startTime ?? [])),
  );
  return changes.sort().at(-1);
}

/** A database of the cluster, with what it says of itself where it may be asked. */
export function clusterDatabase({ name, state, reason }: WorkloadStatus, databases?: ClusterDatabases): PageDatabase {
  const service = name.replace(/-db$/, '');
  const facts = state === 'ready' ? databases?.facts(service) : undefined;
  return {
    name,
    service,
    state: STATES[state],
    ...(reason === undefined ? {} : { detail: describeState(reason) }),
    ...facts,
  };
}
