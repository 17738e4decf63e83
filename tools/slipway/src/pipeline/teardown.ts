import { withDeployLock } from '../kube/deploy-lock.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { contextName, kindCluster } from '../kube/target.ts';
import { untilNamespaceGone } from '../kube/namespace-end.ts';
import { untilGone } from '../kube/until-gone.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { PART_OF_LABEL } from '../manifests/labels.ts';
import type { Reporter } from '../report/reporter.ts';
import { removeImages } from '../steps/load.ts';
import type { Settings } from '../workspace/settings.ts';

export type TeardownOptions = { context?: string; keepVolumes: boolean; timeout: number };

type Volume = KubernetesObject & { spec?: { claimRef?: { namespace?: string } } };

/** What runs and what it reads; volumes and the Secrets that open them are not among these. */
const KEPT_NAMESPACE_RESOURCES = [
  '/apis/apps/v1/namespaces/NS/deployments',
  '/apis/apps/v1/namespaces/NS/statefulsets',
  '/apis/batch/v1/namespaces/NS/cronjobs',
  '/apis/batch/v1/namespaces/NS/jobs',
  '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
  '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  '/apis/networking.k8s.io/v1/namespaces/NS/ingresses',
  '/apis/networking.k8s.io/v1/namespaces/NS/networkpolicies',
  '/api/v1/namespaces/NS/services',
  '/api/v1/namespaces/NS/configmaps',
  '/api/v1/namespaces/NS/serviceaccounts',
];

/**
 * Leaves the cluster as it was before the stack: its namespace, its volumes and its images on the nodes go, and this
 * waits until they are gone. `keepVolumes` keeps the namespace with the volumes and the Secrets that open them.
 */
export async function teardown(
  settings: Settings,
  { context, keepVolumes, timeout }: TeardownOptions,
  report: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { stack } = settings;
  const api = await openCluster(contextName(settings.cluster, context));
  const cluster = kindCluster(api.context);
  try {
    await withDeployLock(api, stack, report, signal, async () => {
      const namespace = await api.get<KubernetesObject>(`/api/v1/namespaces/${stack}`);
      if (namespace === undefined) report.event('stack', 'teardown', `there is no namespace ${stack}`);
      else if (keepVolumes) {
        await deleteWorkloads(api, stack);
        report.event('stack', 'teardown', `namespace ${stack} keeps its volumes and Secrets; the rest is deleted`);
      } else await deleteNamespace(api, namespace, timeout * 1000, report);
      if (cluster !== undefined) {
        for (const { node, images } of await removeImages(cluster, stack))
          report.event('stack', 'teardown', `${node}: ${images} images removed`);
      }
    });
  } finally {
    await api.close();
  }
}

async function deleteWorkloads(api: KubeApi, stack: string): Promise<void> {
  const query = new URLSearchParams({ labelSelector: `${PART_OF_LABEL}=${stack}` });
  for (const resource of KEPT_NAMESPACE_RESOURCES) {
    await api.send('DELETE', `${resource.replace('NS', stack)}?${query}`, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Background',
    });
  }
}

async function deleteNamespace(
  api: KubeApi,
  namespace: KubernetesObject,
  deadlineMs: number,
  report: Reporter,
): Promise<void> {
  const stack = namespace.metadata.name;
  if (namespace.metadata.labels?.[PART_OF_LABEL] !== stack) {
    throw new Error(
      `namespace ${stack} was not made by slipway (it lacks the label ${PART_OF_LABEL}=${stack}): delete it yourself if you mean it`,
    );
  }
  const ofStack = (volume: KubernetesObject) => (volume as Volume).spec?.claimRef?.namespace === stack;
  // A namespace that still has pods when it is deleted looks again only after half of their longest grace period.
  report.event('stack', 'teardown', 'ending the pods');
  const pods = { path: `/api/v1/namespaces/${stack}/pods`, query: { labelSelector: `${PART_OF_LABEL}=${stack}` } };
  await untilGone(api, [pods], deadlineMs, () => deleteWorkloads(api, stack));
  report.event('stack', 'teardown', `deleting namespace ${stack} and its volumes`);
  await untilNamespaceGone(api, stack, deadlineMs, {
    also: [{ path: '/api/v1/persistentvolumes', isOurs: ofStack }],
    begin: async () => {
      await api.send('DELETE', `/api/v1/namespaces/${stack}`, undefined);
    },
  });
  report.event('stack', 'teardown', `namespace ${stack} and its volumes are gone`);
}
