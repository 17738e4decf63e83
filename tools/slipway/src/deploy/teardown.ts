import { UserError } from '@slipway/util/errors';
import { type Inventory, readInventory, STACK } from '../kubernetes/apply/inventory/inventory.ts';
import { prune } from '../kubernetes/apply/inventory/prune.ts';
import { labelClaims, VOLUME_CLAIM } from '../kubernetes/apply/inventory/volume-claims.ts';
import { type Session, type StackContext, withStack } from './context/deploy-context.ts';
import { withDeployLock } from './context/deploy-lock.ts';
import { untilNamespaceGone } from '../kubernetes/client/namespace-end.ts';
import { kindCluster, nxCommand } from '../kubernetes/client/target.ts';
import { untilGone } from '../kubernetes/client/until-gone.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { readNamespace, requireOwnNamespace, unmarkAdopted } from './namespace/claim-namespace.ts';
import { deleteObjects } from './namespace/delete-objects.ts';
import { type DividedContents, divideContents, idOf } from './namespace/divide-contents.ts';
import { type LiveObject, namespaceContents } from '../kubernetes/client/namespace-contents.ts';
import { removeStackImages } from '../images/publish/kind-nodes.ts';
import { dockerNodeStores } from '../images/publish/node-store.ts';
import { isObject } from '../util/json-object.ts';

export type TeardownOptions = {
  context?: string;
  keepVolumes: boolean;
  /** Delete the namespace although others have objects in it. */
  deleteForeignObjects: boolean;
  /** Longest wait until everything is gone, seconds. */
  timeout: number;
};

/** What runs; it ends before what it reads is deleted. */
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod'];
/** Data, and what opens it. */
const KEPT = [VOLUME_CLAIM, 'Secret'];
/** So many foreign objects are named; the others are counted. */
const MOST_NAMED = 20;

/** What a teardown works on. */
type Scene = StackContext & { contents: DividedContents };

/**
 * Leaves the cluster as it was before the stack, and waits for that. A namespace that slipway made goes with its volumes;
 * from an adopted one only the stack's own objects go. `keepVolumes` keeps volumes and the Secrets that open them. Images
 * are removed from kind's nodes. Throws before anything is deleted when the namespace is not the stack's, or when others
 * have objects in it that would be deleted unasked.
 */
export async function teardown(session: Session, options: TeardownOptions): Promise<void> {
  await withStack(session, options, (context) =>
    withDeployLock(context, async () => {
      const { api, settings, stack, report } = context;
      if ((await readNamespace(api, settings)) === undefined)
        report.event('stack', 'teardown', `there is no namespace ${stack}`);
      else await removeStack(context, options);
      const cluster = kindCluster(api.context);
      if (cluster === undefined) return;
      for (const { place, images } of await removeStackImages(dockerNodeStores(cluster), stack))
        report.event('stack', 'teardown', `${place}: ${images} images removed`);
    }),
  );
}

async function removeStack(
  context: StackContext,
  { keepVolumes, deleteForeignObjects }: TeardownOptions,
): Promise<void> {
  const { api, settings, stack } = context;
  const { isShared } = await requireOwnNamespace(api, settings);
  const [inventory, { objects, unknown }] = await Promise.all([
    readInventory(api, stack),
    namespaceContents(api, stack),
  ]);
  const contents = divideContents(objects, { stack, inventory, isShared });
  const scene = { ...context, contents };
  if (!keepVolumes && !isShared && !deleteForeignObjects) refuseForeign(scene, unknown);
  await endWorkloads(scene);
  if (keepVolumes) return await keepData(scene);
  await removeOutside(scene, inventory);
  if (isShared) await removeOwnObjects(scene);
  else await deleteNamespace(scene);
}

function refuseForeign({ api, settings, stack, contents: { foreign } }: Scene, unknown: string[]): void {
  const anyway = `${nxCommand(settings, api.context, 'run deploy:teardown')} --delete-foreign-objects`;
  if (foreign.length > 0) {
    const names = foreign.map(({ object }) => idOf(object)).sort();
    const more = names.length > MOST_NAMED ? [`and ${names.length - MOST_NAMED} more`] : [];
    throw new UserError(
      `namespace ${stack} of ${api.context} also holds what slipway did not deploy: ${[...names.slice(0, MOST_NAMED), ...more].join(', ')}. Nothing was deleted`,
      { hint: `move it elsewhere first, or delete it with the namespace: ${anyway}` },
    );
  }
  if (unknown.length > 0) {
    throw new UserError(
      `what namespace ${stack} of ${api.context} holds is not known: ${unknown.join(', ')} does not answer. Nothing was deleted`,
      {
        hint: `start what serves it (kubectl --context ${api.context} get apiservices), or delete the namespace with whatever is in it: ${anyway}`,
      },
    );
  }
}

/** A namespace that still has pods when it is deleted looks again only after half of their longest grace period. */
async function endWorkloads({ api, stack, contents, timeoutMs, report }: Scene): Promise<void> {
  const workloads = contents.own.filter(({ object }) => WORKLOADS.includes(object.kind));
  if (workloads.length === 0) return;
  report.event('stack', 'teardown', 'ending the pods');
  const pods = new Set([...contents.own, ...contents.dependents].map(({ object }) => object.metadata.uid));
  const isOurs = ({ metadata }: KubernetesObject) => pods.has(metadata.uid);
  await untilGone(api, [{ path: `/api/v1/namespaces/${stack}/pods`, isOurs }], timeoutMs, () =>
    deleteObjects(api, workloads),
  );
}

/** Marks what is kept, so that a later teardown knows it without its StatefulSets. */
async function keepData({ api, stack, contents, report }: Scene): Promise<void> {
  const claims = contents.own.filter(({ object }) => object.kind === VOLUME_CLAIM);
  await labelClaims(
    api,
    stack,
    claims.map(({ object }) => object.metadata.name),
  );
  const isKept = ({ object }: LiveObject) => KEPT.includes(object.kind) || WORKLOADS.includes(object.kind);
  await deleteObjects(
    api,
    contents.own.filter((entry) => !isKept(entry)),
  );
  report.event('stack', 'teardown', `namespace ${stack} keeps its volumes and Secrets; the rest is deleted`);
}

/** What an overlay has declared outside of the namespace. */
async function removeOutside({ api, stack, report }: Scene, inventory: Inventory): Promise<void> {
  const outside = (inventory[STACK]?.objects ?? []).filter(({ namespace }) => namespace !== stack);
  for (const { kind, name } of await prune(api, STACK, outside))
    report.event('stack', 'teardown', `${kind}/${name} deleted`);
}

async function deleteNamespace({ api, stack, timeoutMs, report }: Scene): Promise<void> {
  report.event('stack', 'teardown', `deleting namespace ${stack} and its volumes`);
  await untilNamespaceGone(api, stack, timeoutMs, {
    also: [{ path: '/api/v1/persistentvolumes', isOurs: (volume) => claimOf(volume).namespace === stack }],
    begin: async () => {
      await api.send('DELETE', `/api/v1/namespaces/${stack}`, undefined);
    },
  });
  report.event('stack', 'teardown', `namespace ${stack} and its volumes are gone`);
}

/** The namespace itself stays, with all that others have in it. */
async function removeOwnObjects({ api, settings, stack, contents, timeoutMs, report }: Scene): Promise<void> {
  const rest = contents.own.filter(({ object }) => !WORKLOADS.includes(object.kind));
  const claims = rest.filter(({ object }) => object.kind === VOLUME_CLAIM).map(({ object }) => object.metadata.name);
  report.event('stack', 'teardown', `deleting ${rest.length} objects and ${claims.length} volumes`);
  const isOurs = (volume: KubernetesObject) => {
    const claim = claimOf(volume);
    return claim.namespace === stack && claims.some((name) => name === claim.name);
  };
  await untilGone(api, [{ path: '/api/v1/persistentvolumes', isOurs }], timeoutMs, () => deleteObjects(api, rest));
  await unmarkAdopted(api, settings);
  report.event('stack', 'teardown', `the stack is gone; namespace ${stack}, which slipway did not create, stays`);
}

function claimOf({ spec }: KubernetesObject): { namespace?: unknown; name?: unknown } {
  return isObject(spec) && isObject(spec.claimRef) ? spec.claimRef : {};
}
