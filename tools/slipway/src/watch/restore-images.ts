import { applyObject } from '../kube/apply-object.ts';
import { withDeployLock } from '../kube/deploy-lock.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import type { Reporter } from '../report/reporter.ts';
import { openStackView } from '../rollout/stack-view.ts';
import { rollout } from '../steps/rollout.ts';

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
          await rollout(api, view, stack, { kind: 'Deployment', name, generation }, timeoutMs, progress);
          report.event(name, 'ready', 'runs the image that was deployed last');
        }),
      );
    } finally {
      view.close();
    }
  });
}
