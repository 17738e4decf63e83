import { UserError } from '@slipway/util/errors';
import { applyObject } from '../kubernetes/apply/apply-object.ts';
import { withDeployLock } from './deploy-lock.ts';
import type { KubeApi } from '../kubernetes/client/kube-api.ts';
import { openCluster } from '../kubernetes/client/open-cluster.ts';
import { contextName, nxCommand } from '../kubernetes/client/target.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { PART_OF_LABEL } from '../kubernetes/labels.ts';
import { requireOwnNamespace } from './namespace/claim-namespace.ts';
import type { Reporter } from './report/reporter.ts';
import { openStackView } from '../kubernetes/rollout/stack-view.ts';
import { REVISION_ANNOTATION } from '../kubernetes/rollout/workload-state.ts';
import { rollout } from '../kubernetes/rollout/wait-for-rollout.ts';
import type { Settings } from '../util/workspace/settings.ts';
import type { DeployOptions } from './deploy.ts';
import type { ServiceResult } from '../services/run-in-dependency-order.ts';

type Template = { metadata?: { labels?: Record<string, string> }; [field: string]: unknown };
type List = { items: KubernetesObject[] };

/**
 * Puts the pods of each service back to the previous revision of its Deployment, as Kubernetes keeps it, and waits. The
 * database, its migrations and the ConfigMap stay: an older release runs against a newer schema. A service without a
 * previous revision fails, the others go on.
 */
export async function rollback(
  settings: Settings,
  services: string[],
  options: DeployOptions,
  report: Reporter,
  signal: AbortSignal,
): Promise<ServiceResult[]> {
  const { stack, cluster } = settings;
  const api = await openCluster(contextName(cluster, options.context));
  try {
    await requireOwnNamespace(api, settings);
    return await withDeployLock(api, stack, report, signal, async () => {
      const view = await openStackView(api, stack);
      try {
        return await Promise.all(
          services.map(async (service): Promise<ServiceResult> => {
            try {
              const { revision, generation } = await restore(api, settings, service);
              report.event(service, 'apply', `back to revision ${revision}`);
              const progress = (waitingFor: string) => report.event(service, 'rollout', `waiting for ${waitingFor}`);
              const scope = { api, view, stack, timeoutMs: options.timeout * 1000 };
              await rollout(scope, { kind: 'Deployment', name: service, generation }, progress);
              report.event(service, 'ready', `rolled back to revision ${revision}`);
              return { service, status: 'success', message: `back to revision ${revision}` };
            } catch (error) {
              const { message } = error as Error;
              report.block(service, 'FAILED', message);
              return { service, status: 'failure', message };
            }
          }),
        );
      } finally {
        view.close();
      }
    });
  } finally {
    await api.close();
  }
}

async function restore(
  api: KubeApi,
  settings: Settings,
  service: string,
): Promise<{ revision: number; generation: number }> {
  const { stack } = settings;
  const apps = `/apis/apps/v1/namespaces/${stack}`;
  const path = `${apps}/deployments/${service}`;
  const live = await api.get<KubernetesObject>(path);
  if (live === undefined) {
    throw new UserError(`${service} is not deployed`, {
      hint: nxCommand(settings, api.context, `run ${service}:deploy-kind`),
    });
  }
  const query = new URLSearchParams({ labelSelector: `${PART_OF_LABEL}=${stack}` });
  const owned = ((await api.get<List>(`${apps}/replicasets?${query}`))?.items ?? []).filter(({ metadata }) =>
    (metadata.ownerReferences as { uid: string }[] | undefined)?.some(({ uid }) => uid === live.metadata.uid),
  );
  const current = revisionOf(live);
  const previous = owned.filter((set) => revisionOf(set) < current).sort((a, b) => revisionOf(b) - revisionOf(a))[0];
  if (previous === undefined) throw new UserError(`${service} has no previous revision: this is its first`);
  const template = (previous.spec as { template: Template }).template;
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  const { selector, replicas, strategy } = live.spec as Record<string, unknown>;
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service, namespace: stack, labels: live.metadata.labels ?? {} },
    spec: { selector, replicas, strategy, template: { ...template, metadata: { ...template.metadata, labels } } },
  };
  const { object: applied } = await applyObject(api, path, object, { dryRun: false });
  return { revision: revisionOf(previous), generation: Number(applied.metadata.generation) };
}

function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}
