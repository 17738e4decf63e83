import { applyObject } from '../../kubernetes/apply/apply-object.ts';
import type { StackContext, WatchedStack } from '../../deploy/context/deploy-context.ts';
import { withDeployLock } from '../../deploy/context/deploy-lock.ts';
import { followRollout } from '../../deploy/stages/follow-rollout.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { withStackView } from '../../kubernetes/rollout/with-stack-view.ts';

/**
 * Puts Deployments back to how they were declared when they were last deployed, and waits: for leaving watch mode while
 * the sources do not compile.
 */
export async function restoreImages(stack: StackContext, declared: KubernetesObject[]): Promise<void> {
  await withDeployLock(stack, () =>
    withStackView(stack, (watched) => Promise.all(declared.map((object) => restoreImage(watched, object)))),
  );
}

async function restoreImage(context: WatchedStack, object: KubernetesObject): Promise<void> {
  const { name } = object.metadata;
  const path = `/apis/apps/v1/namespaces/${context.stack}/deployments/${name}`;
  const { object: applied } = await applyObject(context.api, path, object, { dryRun: false });
  const generation = Number(applied.metadata.generation);
  await followRollout(context, { kind: 'Deployment', name, generation });
  context.report.event(name, 'ready', 'runs the image that was deployed last');
}
