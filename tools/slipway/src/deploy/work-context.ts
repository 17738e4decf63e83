import type { KubeApi } from '../kubernetes/client/kube-api.ts';
import type { StackView } from '../kubernetes/rollout/stack-view.ts';
import type { Timeline } from '../util/timeline.ts';
import type { Reporter } from './report/reporter.ts';

export type WorkContext = {
  api: KubeApi;
  view: StackView;
  stack: string;
  timeoutMs: number;
  report: Reporter;
  timeline: Timeline;
  /** Give each service an empty database: everything that it has stored is deleted. */
  emptyDatabases: boolean;
};
