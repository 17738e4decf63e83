import { UserError } from '@slipway/util/errors';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { type ContainerImage, imageReference } from '../../images/container-image.ts';
import { upstreamImage } from '../../images/upstream-image.ts';
import { readInventory } from '../../kubernetes/apply/inventory/inventory.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL } from '../../kubernetes/labels.ts';
import { readNamespace, requireOwnNamespace } from '../../deploy/namespace/claim-namespace.ts';
import { deleteObjects } from '../../deploy/namespace/delete-objects.ts';
import { divideContents, idOf } from '../../deploy/namespace/divide-contents.ts';
import { foreignProblems } from '../../deploy/namespace/foreign-problems.ts';
import { namespaceContents } from '../../kubernetes/client/namespace-contents.ts';
import { isOwnObject, type Whose } from '../../deploy/namespace/own-object.ts';
import { renderOverlay } from '../../manifests/overlay/render-overlay.ts';
import { plan } from '../../kubernetes/apply/plan.ts';
import { applyAndReport } from '../../deploy/stages/apply-and-report.ts';
import { type Session, type StackContext, withStack } from '../../deploy/context/deploy-context.ts';
import { followRollout } from '../../deploy/stages/follow-rollout.ts';
import { megabytes } from '../../util/format/megabytes.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { withStackView } from '../../kubernetes/rollout/with-stack-view.ts';
import { openPublisher } from '../../images/publish/open-publisher.ts';
import { openTimeline } from '../../util/timeline.ts';
import { containersOf } from '../../kubernetes/containers-of.ts';

export type MonitoringOptions = {
  context?: string;
  /** Remove Prometheus and its data instead. */
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
export async function deployMonitoring(session: Session, options: MonitoringOptions): Promise<void> {
  await withStack(session, options, async (context) => {
    const { api, settings, stack, report } = context;
    const { isShared } = await requireOwnNamespace(api, settings);
    const inventory = await readInventory(api, stack);
    const whose = { stack, inventory, isShared };
    const rendered = await renderOverlay(settings.workspaceRoot, OVERLAY);
    if (options.remove) return await removeAll(api, whose, rendered, report);
    if ((await readNamespace(api, settings)) === undefined) {
      throw new UserError(`there is no namespace ${stack} to watch over`, {
        hint: nxCommand(settings, api.context, 'run-many -t deploy-kind'),
      });
    }
    const cluster = kindCluster(api.context);
    const objects = cluster === undefined ? rendered : await withOwnImage(context, cluster, rendered);
    const { planned, problems } = await plan(api, objects);
    problems.push(...foreignProblems(planned, whose));
    if (problems.length > 0) throw new ValidationError(problems);
    const applied = await applyAndReport(context, NAME, planned);
    await removeOldConfigs(api, whose, objects);
    const { generation = 0, ...identity } = applied.get(`StatefulSet/${NAME}`) ?? {};
    const workload = { kind: 'StatefulSet', name: NAME, generation, ...identity } as const;
    await withStackView(context, (watched) => followRollout(watched, workload));
    const forward = `kubectl --context ${api.context} -n ${stack} port-forward statefulset/${NAME} 9091:9090`;
    report.event(NAME, 'ready', `rolled out; ${forward}, then http://127.0.0.1:9091`);
  });
}

/** Brings the cached image into the nodes and names it in the pod. */
async function withOwnImage(
  { api, stack, report }: StackContext,
  cluster: string,
  objects: KubernetesObject[],
): Promise<KubernetesObject[]> {
  const image = await upstreamImage(stack, NAME);
  const publisher = openPublisher({ context: api.context, cluster }, openTimeline());
  for (const { place, images, bytes } of await publisher.publish([image])) {
    report.event(NAME, 'load', `${place}: ${images === 0 ? 'has everything' : megabytes(bytes)}`);
  }
  return objects.map((object) => (object.kind === 'StatefulSet' ? withImage(object, image) : object));
}

function withImage(set: KubernetesObject, image: ContainerImage): KubernetesObject {
  const copy = structuredClone(set);
  const [first] = containersOf(copy);
  if (first !== undefined) first.image = imageReference(image);
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
