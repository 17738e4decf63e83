import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import type { Reporter } from '../report/reporter.ts';
import type { RolloutScope } from '../../kubernetes/rollout/wait-for-rollout.ts';
import { withStackView } from '../../kubernetes/rollout/with-stack-view.ts';
import { followRollout } from './follow-rollout.ts';

/** The annotation and the name that `kubectl rollout restart` uses: deploys know that it is no declaration. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const MANAGER = 'kubectl-rollout';

/** Gives the service new pods by a rolling update and waits until they are ready. Throws RolloutError. */
export async function restartPods(
  context: Omit<RolloutScope, 'view'> & { report: Reporter },
  service: string,
): Promise<void> {
  const { api, stack, report } = context;
  const workload = {
    kind: 'Deployment',
    name: service,
    generation: await requestNewPods(api, stack, service),
  } as const;
  await withStackView(context, (watched) => followRollout(watched, workload));
  report.event(service, 'ready', 'restarted with new pods');
}

/** Asks for new pods of the service and waits for none. Answers the Deployment's generation that brings them. */
export async function requestNewPods(api: KubeApi, stack: string, service: string): Promise<number> {
  const path = `/apis/apps/v1/namespaces/${stack}/deployments/${service}?fieldManager=${MANAGER}`;
  const annotations = { [RESTARTED_AT]: new Date().toISOString() };
  const patch = { spec: { template: { metadata: { annotations } } } };
  const patched = await api.send<KubernetesObject>('PATCH', path, patch, 'application/merge-patch+json');
  return Number(patched.metadata.generation);
}
