import { cronJobState, jobState } from './job-state.ts';
import { daemonSetState } from './daemon-set-state.ts';
import { deploymentState } from './deployment-state.ts';
import { NOTHING_BEFORE } from './observed-before.ts';
import type { StackView } from './stack-view.ts';
import { statefulSetState } from './stateful-set-state.ts';
import type { WorkloadState } from './states.ts';
import type { WorkloadScope } from './workload-scope.ts';

/** `generation`, `uid`: those that were applied; a status that is older, or another object's, says nothing. */
export type WorkloadId = { kind: WorkloadKind; name: string; generation: number; uid?: string };

/** The kinds whose objects are followed until they are ready or done. */
export type WorkloadKind = keyof typeof HANDLERS;

type Handler = (scope: WorkloadScope) => WorkloadState;

const HANDLERS = {
  Deployment: deploymentState,
  StatefulSet: statefulSetState,
  DaemonSet: daemonSetState,
  Job: jobState,
  CronJob: cronJobState,
} satisfies Record<string, Handler>;

export function isWorkloadKind(kind: string): kind is WorkloadKind {
  return Object.hasOwn(HANDLERS, kind);
}

/** The state of a workload, judged by the pods of its newest revision; what was so `before` is no failure of it. */
export function workloadState(
  view: StackView,
  { kind, name, generation, uid }: WorkloadId,
  before = NOTHING_BEFORE,
): WorkloadState {
  return HANDLERS[kind]({ view, object: { kind, name }, generation, uid, before });
}
