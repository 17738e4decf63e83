import { withDeployLock } from '../kube/deploy-lock.ts';
import { kindContext } from '../kube/kind-context.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { watchResources } from '../kube/watch-resources.ts';
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
): Promise<void> {
  const { stack, cluster } = settings;
  const api = await openCluster(kindContext(cluster, context));
  try {
    await withDeployLock(api, stack, report, async () => {
      const namespace = await api.get<KubernetesObject>(`/api/v1/namespaces/${stack}`);
      if (namespace === undefined) report.event('stack', 'teardown', `there is no namespace ${stack}`);
      else if (keepVolumes) await deleteWorkloads(api, stack, report);
      else await deleteNamespace(api, namespace, timeout * 1000, report);
      if (context === undefined) {
        for (const { node, images } of await removeImages(cluster, stack))
          report.event('stack', 'teardown', `${node}: ${images} images removed`);
      }
    });
  } finally {
    await api.close();
  }
}

async function deleteWorkloads(api: KubeApi, stack: string, report: Reporter): Promise<void> {
  const query = new URLSearchParams({ labelSelector: `${PART_OF_LABEL}=${stack}` });
  for (const resource of KEPT_NAMESPACE_RESOURCES) {
    await api.send('DELETE', `${resource.replace('NS', stack)}?${query}`, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Background',
    });
  }
  report.event(
    'stack',
    'teardown',
    `namespace ${stack} keeps its volumes and Secrets; everything else of the stack is deleted`,
  );
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
  const abort = new AbortController();
  const namespaces = new Map<string, KubernetesObject>();
  const volumes = new Map<string, KubernetesObject>();
  const ours = () => [...volumes.values()].filter((volume) => (volume as Volume).spec?.claimRef?.namespace === stack);
  try {
    await new Promise<void>((resolve, reject) => {
      let left = '';
      let deleted = false;
      const timer = setTimeout(
        () =>
          reject(
            new Error(
              `after ${deadlineMs / 1000} s there is still: ${left}. See: kubectl --context ${api.context} get namespace ${stack} -o yaml`,
            ),
          ),
        deadlineMs,
      );
      const check = () => {
        if (!deleted) return;
        left = [...namespaces.keys()]
          .map((name) => `namespace ${name}`)
          .concat(ours().map(({ metadata }) => `volume ${metadata.name}`))
          .join(', ');
        if (left !== '') return;
        clearTimeout(timer);
        resolve();
      };
      const watch = async () => {
        const selector = { fieldSelector: `metadata.name=${stack}` };
        const watches = await Promise.all([
          watchResources(api, '/api/v1/namespaces', selector, namespaces, check, abort.signal),
          watchResources(api, '/api/v1/persistentvolumes', {}, volumes, check, abort.signal),
        ]);
        watches.forEach(({ failed }) => failed.catch(reject));
        report.event('stack', 'teardown', `deleting namespace ${stack} and ${ours().length} volumes`);
        await api.send('DELETE', `/api/v1/namespaces/${stack}`, undefined);
        deleted = true;
        check();
      };
      watch().catch(reject);
    });
    report.event('stack', 'teardown', `namespace ${stack} and its volumes are gone`);
  } finally {
    abort.abort();
  }
}
