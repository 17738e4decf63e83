import type { V1Job } from '@kubernetes/client-node';
import type { Live } from '../live.ts';
import { podState } from './pod-state.ts';
import { worstState, type WorkloadState } from './states.ts';
import { isSame, notObserved, ownedPods, unready, type WorkloadScope } from './workload-scope.ts';

export function jobState(scope: WorkloadScope): WorkloadState {
  const { view, object, before } = scope;
  const job = view.jobs.get(object.name);
  if (job === undefined || !isSame(job, scope)) return notObserved(object);
  const failure = jobFailure(job);
  if (failure !== undefined) {
    // The pod whose log says why; Kubernetes may have removed it.
    const pod = ownedPods(view, 'Job', object.name).findLast(({ status }) => status?.phase === 'Failed');
    const container = pod?.status?.containerStatuses?.find(({ state }) => state?.terminated?.exitCode !== 0)?.name;
    const where = pod === undefined || container === undefined ? {} : { pod: pod.metadata.name, container };
    return unready({ code: 'job-failed', outlook: 'final', object, ...where, detail: failure });
  }
  if (isTrue(job, 'Complete') || job.spec?.suspend === true) return { state: 'ready' };
  const pods = ownedPods(view, 'Job', object.name).filter(({ status }) => status?.phase !== 'Failed');
  const state = worstState(pods.map((pod) => podState(pod, object, before)));
  if (state !== undefined && state.code !== 'not-ready') return unready(state);
  const { succeeded = 0, failed = 0 } = job.status ?? {};
  const failures = failed === 0 ? '' : `, ${failed} of ${(job.spec?.backoffLimit ?? 6) + 1} attempts failed`;
  const detail = `${succeeded} of ${job.spec?.completions ?? 1} completions${failures}`;
  return unready({ code: 'job-running', outlook: 'passing', object, detail });
}

/** A CronJob is there or is not; a run that has failed since the deploy, or at all where none is looked at, is told. */
export function cronJobState({ view, object, before }: WorkloadScope): WorkloadState {
  if (!view.cronJobs.has(object.name)) return notObserved(object);
  const newest = [...view.jobs.values()]
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ kind, name }) => kind === 'CronJob' && name === object.name),
    )
    .filter((job) => jobFailure(job) !== undefined || isTrue(job, 'Complete'))
    .toSorted((a, b) => createdAt(a).localeCompare(createdAt(b)))
    .at(-1);
  const failure = newest === undefined || before.hasJob(newest.metadata.uid) ? undefined : jobFailure(newest);
  if (newest === undefined || failure === undefined) return { state: 'ready' };
  const detail = `${newest.metadata.name}: ${failure}`;
  return unready({ code: 'run-failed', outlook: 'final', object, detail });
}

/** `BackoffLimitExceeded: …` of a Job that has failed for good. */
function jobFailure({ status }: Live<V1Job>): string | undefined {
  const failed = status?.conditions?.find(({ type, status: value }) => type === 'Failed' && value === 'True');
  return failed === undefined ? undefined : [failed.reason, failed.message].filter(Boolean).join(': ');
}

function isTrue({ status }: Live<V1Job>, condition: string): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === condition && value === 'True') === true;
}

function createdAt({ metadata }: Live<V1Job>): string {
  return metadata.creationTimestamp ?? '';
}
