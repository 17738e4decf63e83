import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { forwardPort } from '../../kubernetes/client/port-forward.ts';
import { watchResources } from '../../kubernetes/client/watch-resources.ts';
import { SERVICE_LABEL, SYNCED_LABEL } from '../../kubernetes/labels.ts';
import { type FailingCheck, failingChecks, managementPort } from '../../kubernetes/rollout/failing-checks.ts';
import { isReady } from '../../kubernetes/rollout/is-ready.ts';
import type { Pod } from '../../kubernetes/rollout/pod.ts';
import { RUNNER_PORT } from '../../manifests/overlay/dev-patch.ts';
import { type Died, openPodLink, type PodLink } from './pod-link.ts';

/** A pod whose process has died, and the limit of its memory. */
type Dead = { pod: string; memory: string | undefined };

/** The pods that take new code, with an open line to each. */
export type SyncedPods = {
  /** Lines to the ready pods of a service; opens those that are missing. */
  links: (service: string) => Promise<Map<string, PodLink>>;
  /** Which of a pod's readiness checks fail; none where it has no management port. Rejects when it does not answer. */
  failingChecks: (pod: string) => Promise<FailingCheck[]>;
  /** Rejects when the cluster can no longer be watched. */
  failed: Promise<never>;
  close: () => void;
};

/** `changed`: pods came, went, or got ready. `died`: the process in a pod ended unexpectedly. */
export async function openSyncedPods(
  api: KubeApi,
  stack: string,
  { changed, died }: { changed: () => void; died: (service: string, pod: Dead, died: Died) => void },
): Promise<SyncedPods> {
  const abort = new AbortController();
  const pods = new Map<string, Pod>();
  const links = new Map<string, PodLink>();
  const synced = { path: `/api/v1/namespaces/${stack}/pods`, query: { labelSelector: SYNCED_LABEL } };
  const { failed } = await watchResources(api, synced, { store: pods, changed, signal: abort.signal });

  async function linkTo(service: string, name: string): Promise<[string, PodLink]> {
    const known = links.get(name);
    if (known?.isOpen() === true) return [name, known];
    const connection = await forwardPort(api, stack, name, RUNNER_PORT);
    const app = pods.get(name)?.spec?.containers.find((container) => container.name === 'app');
    const dead = { pod: name, memory: app?.resources?.limits?.memory };
    const link = await openPodLink(connection, (message) => died(service, dead, message));
    links.set(name, link);
    return [name, link];
  }

  return {
    failingChecks: async (name) => {
      const pod = pods.get(name);
      const port = pod === undefined ? undefined : managementPort(pod);
      return port === undefined ? [] : failingChecks(api, stack, name, port);
    },
    failed,
    links: async (service) => {
      const ready = [...pods.values()].filter(
        (pod) => pod.metadata.labels?.[SERVICE_LABEL] === service && isReady(pod),
      );
      return new Map(await Promise.all(ready.map(({ metadata }) => linkTo(service, metadata.name))));
    },
    close: () => {
      abort.abort();
      for (const link of links.values()) link.close();
    },
  };
}
