import { applyObject } from '../../kubernetes/apply/apply-object.ts';
import { withDeployLock } from '../../deploy/deploy-lock.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { openStackView } from '../../kubernetes/rollout/stack-view.ts';
import { rollout } from '../../kubernetes/rollout/wait-for-rollout.ts';

/**
 * Puts Deployments back to how they were declared when they were last deployed, and waits: for leaving watch mode while
 * the sources do not compile.
 */
export async function restoreImages(
  api: KubeApi,
  stack: string,
  declared: KubernetesObject[],
  timeoutMs: number,
  report: Reporter,
  signal: AbortSignal,
): Promise<void> {
  await withDeployLock(api, stack, report, signal, async () => {
    const view = await openStackView(api, stack);
    try {
      await Promise.all(
        declared.map(async (object) => {
          const { name } = object.metadata;
          const path = `/apis/apps/v1/namespaces/${stack}/deployments/${name}`;
          const { object: applied } = await applyObject(api, path, object, { dryRun: false });
          const generation = Number(applied.metadata.generation);
          const progress = (waitingFor: string) => report.event(name, 'rollout', `waiting for ${waitingFor}`);
          await rollout({ api, view, stack, timeoutMs }, { kind: 'Deployment', name, generation }, progress);
          report.event(name, 'ready', 'runs the image that was deployed last');
        }),
      );
    } finally {
      view.close();
    }
  });
}
