import type {
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { KubeApi } from '../client/kube-api.ts';
import { watchResources } from '../client/watch-resources.ts';
import { PART_OF_LABEL } from '../labels.ts';
import type { Live } from '../live.ts';
import { type Changes, openChanges } from './changes.ts';
import type { Pod } from './pod.ts';

/** The workloads of a stack and what they own, by name, kept current by watches. */
export type StackView = {
  /** The namespace. */
  stack: string;
  deployments: Map<string, Live<V1Deployment>>;
  statefulSets: Map<string, Live<V1StatefulSet>>;
  daemonSets: Map<string, Live<V1DaemonSet>>;
  cronJobs: Map<string, Live<V1CronJob>>;
  /** All of the namespace, since what a fragment adds gives its pods whatever labels it likes: go by the owner. */
  jobs: Map<string, Live<V1Job>>;
  replicaSets: Map<string, Live<V1ReplicaSet>>;
  pods: Map<string, Pod>;
  /** All claims on volumes of the namespace. */
  claims: Map<string, Live<V1PersistentVolumeClaim>>;
  until: Changes['until'];
  close: () => void;
};

/** Starts watching. `stack` is the namespace; workloads of others in it are not seen. */
export async function openStackView(api: KubeApi, stack: string): Promise<StackView> {
  const abort = new AbortController();
  const changes = openChanges();
  const ofStack = { labelSelector: `${PART_OF_LABEL}=${stack}` };

  const open = async <Type>(resource: string, query: Record<string, string> = {}): Promise<Map<string, Live<Type>>> => {
    const store = new Map<string, Live<Type>>();
    const { failed } = await watchResources(
      api,
      { path: resource, query },
      { store, changed: changes.changed, signal: abort.signal },
    );
    failed.catch(changes.fail);
    return store;
  };
  const apps = `/apis/apps/v1/namespaces/${stack}`;
  const batch = `/apis/batch/v1/namespaces/${stack}`;
  const [deployments, statefulSets, daemonSets, cronJobs, jobs, replicaSets, pods, claims] = await Promise.all([
    open<V1Deployment>(`${apps}/deployments`, ofStack),
    open<V1StatefulSet>(`${apps}/statefulsets`, ofStack),
    open<V1DaemonSet>(`${apps}/daemonsets`, ofStack),
    open<V1CronJob>(`${batch}/cronjobs`, ofStack),
    open<V1Job>(`${batch}/jobs`),
    open<V1ReplicaSet>(`${apps}/replicasets`),
    open<V1Pod>(`/api/v1/namespaces/${stack}/pods`),
    open<V1PersistentVolumeClaim>(`/api/v1/namespaces/${stack}/persistentvolumeclaims`),
  ]);

  return {
    stack,
    deployments,
    statefulSets,
    daemonSets,
    cronJobs,
    jobs,
    replicaSets,
    pods,
    claims,
    until: changes.until,
    close: () => abort.abort(),
  };
}
