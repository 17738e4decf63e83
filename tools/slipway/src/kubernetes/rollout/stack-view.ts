import type { KubeApi } from '../client/kube-api.ts';
import { watchResources } from '../client/watch-resources.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { PART_OF_LABEL } from '../labels.ts';
import type { Pod } from './pod.ts';

/** The workloads and pods of a stack, kept current by watches. */
export type StackView = {
  deployments: Map<string, KubernetesObject>;
  statefulSets: Map<string, KubernetesObject>;
  replicaSets: Map<string, KubernetesObject>;
  pods: Map<string, Pod>;
  /** Resolves with the first defined value of `probe`, asked now and after every change. Rejects at the deadline. */
  until: <Value>(probe: () => Value | undefined, deadlineMs: number) => Promise<Value>;
  close: () => void;
};

export class DeadlineError extends Error {}

/** Starts watching. `stack` is the namespace; objects of others in it are not seen. */
export async function openStackView(api: KubeApi, stack: string): Promise<StackView> {
  const abort = new AbortController();
  const listeners = new Set<() => void>();
  const failures = new Set<(error: unknown) => void>();
  const changed = () => listeners.forEach((listener) => listener());
  const query = { labelSelector: `${PART_OF_LABEL}=${stack}` };
  let failure: unknown;

  const open = async (path: string) => {
    const store = new Map<string, KubernetesObject>();
    const { failed } = await watchResources(api, { path, query }, { store, changed, signal: abort.signal });
    failed.catch((error: unknown) => {
      failure = error;
      failures.forEach((fail) => fail(error));
    });
    return store;
  };
  const apps = `/apis/apps/v1/namespaces/${stack}`;
  const [deployments, statefulSets, replicaSets, pods] = await Promise.all([
    open(`${apps}/deployments`),
    open(`${apps}/statefulsets`),
    open(`${apps}/replicasets`),
    open(`/api/v1/namespaces/${stack}/pods`),
  ]);

  return {
    deployments,
    statefulSets,
    replicaSets,
    pods: pods as Map<string, Pod>,
    until: (probe, deadlineMs) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void) => {
          clearTimeout(timer);
          listeners.delete(check);
          failures.delete(fail);
          finish();
        };
        const check = () => {
          const value = probe();
          if (value !== undefined) end(() => resolve(value));
        };
        const fail = (error: unknown) => end(() => reject(error));
        const timer = setTimeout(() => fail(new DeadlineError()), deadlineMs);
        listeners.add(check);
        failures.add(fail);
        if (failure !== undefined) fail(failure);
        else check();
      }),
    close: () => abort.abort(),
  };
}
