import { UserError } from '@slipway/util/errors';
import { FaultsError } from '../faults/faults-error.ts';
import { type ContainerImage, imageReference } from '../image/container-image.ts';
import { wholeImage } from '../image/whole-image.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { KubeError } from '../kube/kube-error.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { resourcePaths } from '../kube/resource-paths.ts';
import { contextName, kindCluster, nxCommand } from '../kube/target.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { NAME_LABEL } from '../manifests/labels.ts';
import { renderOverlay } from '../overlay/render-overlay.ts';
import { plan } from '../pipeline/plan.ts';
import { applyAndReport } from '../pipeline/service-work.ts';
import { megabytes } from '../report/megabytes.ts';
import type { Reporter } from '../report/reporter.ts';
import { openStackView } from '../rollout/stack-view.ts';
import { load, nodeContents } from '../steps/load.ts';
import { rollout } from '../steps/rollout.ts';
import { openTimeline } from '../timeline/timeline.ts';
import type { Settings } from '../workspace/settings.ts';

export type MonitoringOptions = {
  context?: string;
  /** Take it away instead, its data too. */
  remove: boolean;
  /** Longest wait until it serves, seconds. */
  timeout: number;
};

const OVERLAY = 'deploy/monitoring';
const NAME = 'prometheus';

/**
 * Puts Prometheus beside a deployed stack, or brings it up to date with deploy/components/monitoring. On kind it runs the
 * image that the machine's cache holds. Throws with the cure when the stack or the image is not there.
 */
export async function deployMonitoring(
  settings: Settings,
  { context, remove, timeout }: MonitoringOptions,
  report: Reporter,
): Promise<void> {
  const { workspaceRoot, stack, cluster } = settings;
  const api = await openCluster(contextName(cluster, context));
  try {
    const rendered = await renderOverlay(workspaceRoot, OVERLAY);
    if (remove) return await removeAll(api, stack, rendered, report);
    if ((await api.get(`/api/v1/namespaces/${stack}`)) === undefined) {
      throw new UserError(`there is no namespace ${stack} to watch over`, {
        hint: nxCommand(settings, api.context, 'run-many -t deploy-kind'),
      });
    }
    const kind = kindCluster(api.context);
    const objects = kind === undefined ? rendered : await withOwnImage(kind, stack, rendered, report);
    const { planned, faults } = await plan(api, objects);
    if (faults.length > 0) throw new FaultsError(faults);
    const generations = await applyAndReport(api, NAME, planned, report);
    await removeOldConfigs(api, stack, objects);
    const view = await openStackView(api, stack);
    try {
      const generation = generations.get(`StatefulSet/${NAME}`) ?? 0;
      const progress = (waitingFor: string) => report.event(NAME, 'rollout', `waiting for ${waitingFor}`);
      const workload = { kind: 'StatefulSet', name: NAME, generation } as const;
      await rollout(api, view, stack, workload, timeout * 1000, progress);
    } finally {
      view.close();
    }
    const forward = `kubectl --context ${api.context} -n ${stack} port-forward statefulset/${NAME} 9091:9090`;
    report.event(NAME, 'ready', `serves; ${forward}, then http://127.0.0.1:9091`);
  } finally {
    await api.close();
  }
}

/** Brings the cached image into the nodes and names it in the pod. */
async function withOwnImage(
  cluster: string,
  stack: string,
  objects: KubernetesObject[],
  report: Reporter,
): Promise<KubernetesObject[]> {
  const image = await wholeImage(stack, NAME);
  for (const { node, images, bytes } of await load(await nodeContents(cluster), [image], openTimeline())) {
    report.event(NAME, 'load', `${node}: ${images.length === 0 ? 'has everything' : megabytes(bytes)}`);
  }
  return objects.map((object) => (object.kind === 'StatefulSet' ? withImage(object, image) : object));
}

function withImage(set: KubernetesObject, image: ContainerImage): KubernetesObject {
  const copy = structuredClone(set) as KubernetesObject & {
    spec: { template: { spec: { containers: { image: string }[] } } };
  };
  copy.spec.template.spec.containers[0]!.image = imageReference(image);
  return copy;
}

/** A changed configuration has a new name: the one before goes once nothing mounts it any more. */
async function removeOldConfigs(api: KubeApi, stack: string, objects: KubernetesObject[]): Promise<void> {
  const path = `/api/v1/namespaces/${stack}/configmaps`;
  const wanted = new Set(objects.map(({ metadata }) => metadata.name));
  const query = new URLSearchParams({ labelSelector: `${NAME_LABEL}=${NAME}` });
  const list = await api.get<{ items: KubernetesObject[] }>(`${path}?${query}`);
  for (const { metadata } of list?.items ?? []) {
    if (!wanted.has(metadata.name)) await api.send('DELETE', `${path}/${metadata.name}`, undefined);
  }
}

async function removeAll(api: KubeApi, stack: string, objects: KubernetesObject[], report: Reporter): Promise<void> {
  const pathOf = resourcePaths(api);
  const paths = await Promise.all(objects.map(pathOf));
  const volume = `/api/v1/namespaces/${stack}/persistentvolumeclaims/data-${NAME}-0`;
  for (const path of [...paths, volume]) {
    await api.send('DELETE', path, undefined).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    });
  }
  await removeOldConfigs(api, stack, []);
  report.event(NAME, 'teardown', 'removed, its data too');
}
