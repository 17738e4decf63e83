import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { contextName } from '../../kubernetes/client/target.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import type { Publisher } from '../../images/publish/publisher.ts';
import type { Timeline } from '../../util/timeline.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { Adoption } from '../namespace/claim-namespace.ts';
import type { Reporter } from '../report/reporter.ts';

/** What a command has of its caller. */
export type Session = { settings: Settings; report: Reporter; signal: AbortSignal };

/** What every command that works on a stack in a cluster needs. */
export type StackContext = Session & {
  /** The stack's namespace. */
  stack: string;
  api: KubeApi;
  /** Longest wait for one workload. */
  timeoutMs: number;
};

/** The same with its workloads and pods, kept current. */
export type WatchedStack = StackContext & { view: StackView };

export type DeployOptions = Adoption & {
  /** kubeconfig context; default: the kind cluster's. */
  context?: string;
  /** OCI registry that the nodes pull from; without it images are loaded onto the nodes of kind. */
  registry?: string;
  /** Longest wait for one workload, seconds. */
  timeout: number;
  /** Revert fields that others have set in the cluster; else refuse. */
  force: boolean;
  /** Give each of the services an empty database: everything that it has stored is deleted. */
  emptyDatabases?: boolean;
  /** Program of watch mode's runner: the services' pods run under it and take new code. */
  devRunner?: string;
};

/** What the stages need that change nothing in the cluster. */
export type PlanContext = StackContext & {
  /** The services to deploy. */
  services: string[];
  options: DeployOptions;
  timeline: Timeline;
};

/** What every stage of a deploy needs. */
export type DeployContext = PlanContext & WatchedStack & { publisher: Publisher };

/** Connects to the cluster for the time of `work`. Throws with the hint when it does not answer. */
export async function withStack<Result>(
  session: Session,
  { context, timeout }: { context?: string; timeout: number },
  work: (stack: StackContext) => Promise<Result>,
): Promise<Result> {
  const { stack, cluster } = session.settings;
  const api = await openCluster(contextName(cluster, context));
  try {
    return await work({ ...session, stack, api, timeoutMs: timeout * 1000 });
  } finally {
    // After an interruption, work that was left would complain; the process ends anyway.
    if (!session.signal.aborted) await api.close();
  }
}
