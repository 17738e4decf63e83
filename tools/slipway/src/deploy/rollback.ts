import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { messageOf, UserError } from '@slipway/util/errors';
import { applyObject } from '../kubernetes/apply/apply-object.ts';
import { type Session, type StackContext, type WatchedStack, withStack } from './context/deploy-context.ts';
import { withDeployLock } from './context/deploy-lock.ts';
import { followRollout } from './stages/follow-rollout.ts';
import { nxCommand } from '../kubernetes/client/target.ts';
import type { Live } from '../kubernetes/live.ts';
import { PART_OF_LABEL } from '../kubernetes/labels.ts';
import { requireOwnNamespace } from './namespace/claim-namespace.ts';
import { failedState } from './report/failed-state.ts';
import { withStackView } from '../kubernetes/rollout/with-stack-view.ts';
import { REVISION_ANNOTATION } from '../kubernetes/rollout/workload-state.ts';
import type { ServiceResult } from '../services/run-in-dependency-order.ts';

type Revised = { metadata: { annotations?: Record<string, string> } };

/**
 * Puts the pods of each service back to the previous revision of its Deployment, as Kubernetes keeps it, and waits. The
 * database, its migrations and the ConfigMap stay: an older release runs against a newer schema. A service without a
 * previous revision fails, the others go on.
 */
export async function rollback(
  session: Session,
  services: string[],
  options: { context?: string; timeout: number },
): Promise<ServiceResult[]> {
  return withStack(session, options, async (stack) => {
    await requireOwnNamespace(stack.api, stack.settings);
    return withDeployLock(stack, () =>
      withStackView(stack, (watched) => Promise.all(services.map((service) => rollBackService(watched, service)))),
    );
  });
}

async function rollBackService(context: WatchedStack, service: string): Promise<ServiceResult> {
  const { report } = context;
  try {
    const { revision, generation } = await restore(context, service);
    report.event(service, 'apply', `back to revision ${revision}`);
    await followRollout(context, { kind: 'Deployment', name: service, generation });
    report.event(service, 'ready', `rolled back to revision ${revision}`);
    return { service, status: 'success', message: `back to revision ${revision}` };
  } catch (error) {
    const message = messageOf(error);
    report.block(service, 'FAILED', message, failedState(error));
    return { service, status: 'failure', message };
  }
}

async function restore(
  { api, settings, stack }: StackContext,
  service: string,
): Promise<{ revision: number; generation: number }> {
  const apps = `/apis/apps/v1/namespaces/${stack}`;
  const path = `${apps}/deployments/${service}`;
  const live = await api.get<Live<V1Deployment>>(path);
  if (live === undefined) {
    throw new UserError(`${service} is not deployed`, {
      hint: nxCommand(settings, api.context, `run ${service}:deploy-kind`),
    });
  }
  const query = new URLSearchParams({ labelSelector: `${PART_OF_LABEL}=${stack}` });
  const owned = ((await api.get<{ items: Live<V1ReplicaSet>[] }>(`${apps}/replicasets?${query}`))?.items ?? []).filter(
    ({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === live.metadata.uid),
  );
  const current = revisionOf(live);
  const previous = owned.filter((set) => revisionOf(set) < current).sort((a, b) => revisionOf(b) - revisionOf(a))[0];
  if (previous === undefined) throw new UserError(`${service} has no previous revision: this is its first`);
  const template = previous.spec?.template;
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  const { selector, replicas, strategy } = live.spec ?? {};
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service, namespace: stack, labels: live.metadata.labels ?? {} },
    spec: { selector, replicas, strategy, template: { ...template, metadata: { ...template?.metadata, labels } } },
  };
  const { object: applied } = await applyObject(api, path, object, { dryRun: false });
  return { revision: revisionOf(previous), generation: Number(applied.metadata.generation) };
}

function revisionOf({ metadata }: Revised): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}
