import { UserError } from '@slipway/util/errors';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { type ContainerImage, imageReference } from '../../images/container-image.ts';
import { upstreamImage } from '../../images/upstream-image.ts';
import { readInventory } from '../../kubernetes/apply/inventory/inventory.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { contextName, kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { readNamespace, requireOwnNamespace } from '../../deploy/namespace/claim-namespace.ts';
import { deleteObjects } from '../../deploy/namespace/delete-objects.ts';
import { divideContents, idOf } from '../../deploy/namespace/divide-contents.ts';
import { foreignProblems } from '../../deploy/namespace/foreign-problems.ts';
import { namespaceContents } from '../../deploy/namespace/namespace-contents.ts';
import { isOwnObject, type Whose } from '../../deploy/namespace/own-object.ts';
import { renderOverlay } from '../../manifests/overlay/render-overlay.ts';
import { plan } from '../../kubernetes/apply/plan.ts';
import { applyAndReport } from '../../deploy/service-work.ts';
import { megabytes } from '../../util/format/megabytes.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { openStackView } from '../../kubernetes/rollout/stack-view.ts';
import { load, nodeContents } from '../../images/publish/kind-nodes.ts';
import { rollout } from '../../kubernetes/rollout/wait-for-rollout.ts';
import { openTimeline } from '../../util/timeline.ts';
import type { Settings } from '../../util/workspace/settings.ts';

export type MonitoringOptions = {
  context?: string;
  /** Take it away instead, its data too. */
  remove: boolean;
  /** Longest wait until it is ready, seconds. */
  timeout: number;
};

const OVERLAY = 'deploy/monitoring';
const NAME = 'prometheus';

/**
 * Puts Prometheus beside a deployed stack, or brings it up to date with deploy/components/monitoring. On kind it runs the
 * image that the machine's cache holds. Throws with the hint when the stack or the image is not there.
 */
export async function deployMonitoring(
  settings: Settings,
  { context, remove, timeout }: MonitoringOptions,
  report: Reporter,
): Promise<void> {
  const { workspaceRoot, stack, cluster } = settings;
  const api = await openCluster(contextName(cluster, context));
  try {
    const { isShared } = await requireOwnNamespace(api, settings);
    const inventory = await readInventory(api, stack);
    const whose = { stack, inventory, isShared };
    const rendered = await renderOverlay(workspaceRoot, OVERLAY);
    if (remove) return await removeAll(api, whose, rendered, report);
    if ((await readNamespace(api, settings)) === undefined) {
      throw new UserError(`there is no namespace ${stack} to watch over`, {
        hint: nxCommand(settings, api.context, 'run-many -t deploy-kind'),
      });
    }
    const kind = kindCluster(api.context);
    const objects = kind === undefined ? rendered : await withOwnImage(kind, stack, rendered, report);
    const { planned, problems } = await plan(api, objects);
    problems.push(...foreignProblems(planned, whose));
    if (problems.length > 0) throw new ValidationError(problems);
    const generations = await applyAndReport(api, NAME, planned, report);
    await removeOldConfigs(api, whose, objects);
    const view = await openStackView(api, stack);
    try {
      const generation = generations.get(`StatefulSet/${NAME}`) ?? 0;
      const progress = (waitingFor: string) => report.event(NAME, 'rollout', `waiting for ${waitingFor}`);
      const workload = { kind: 'StatefulSet', name: NAME, generation } as const;
      await rollout({ api, view, stack, timeoutMs: timeout * 1000 }, workload, progress);
    } finally {
      view.close();
    }
    const forward = `kubectl --context ${api.context} -n ${stack} port-forward statefulset/${NAME} 9091:9090`;
    report.event(NAME, 'ready', `rolled out; ${forward}, then http://127.0.0.1:9091`);
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
  const image = await upstreamImage(stack, NAME);
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
async function removeOldConfigs(api: KubeApi, whose: Whose, objects: KubernetesObject[]): Promise<void> {
  const path = `/api/v1/namespaces/${whose.stack}/configmaps`;
  const wanted = new Set(objects.map(({ metadata }) => metadata.name));
  const query = new URLSearchParams({ labelSelector: `${NAME_LABEL}=${NAME}` });
  const list = await api.get<{ items: KubernetesObject[] }>(`${path}?${query}`);
  // Everybody's Prometheus has this label.
  const own = (list?.items ?? [])
    .map((item) => ({ ...item, apiVersion: 'v1', kind: 'ConfigMap' }))
    .filter((item) => isOwnObject(item, whose));
  const old = own.filter(({ metadata }) => !wanted.has(metadata.name));
  await deleteObjects(
    api,
    old.map((object) => ({ path: `${path}/${object.metadata.name}`, object })),
  );
}

/** `rendered` counts as ours also where kubectl has applied it, unless others may have objects in the namespace. */
async function removeAll(api: KubeApi, whose: Whose, rendered: KubernetesObject[], report: Reporter): Promise<void> {
  const { objects } = await namespaceContents(api, whose.stack);
  const { own } = divideContents(objects, whose);
  const declared = new Set(whose.isShared ? [] : rendered.map(idOf));
  const all = objects.filter((entry) => own.includes(entry) || declared.has(idOf(entry.object)));
  await deleteObjects(
    api,
    all.filter(({ object }) => object.metadata.labels?.[NAME_LABEL] === NAME),
  );
  report.event(NAME, 'teardown', 'removed, its data too');
}
