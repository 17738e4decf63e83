import { isReady } from './is-ready.ts';
import { podsOf } from './pods-of.ts';
import type { StackView } from './stack-view.ts';

/** Whether the service has as many ready pods as its Deployment wants, of whichever revision; not when it wants none. */
export function isServiceReady(view: StackView, name: string): boolean {
  const deployment = view.deployments.get(name);
  if (deployment === undefined) return false;
  const replicas = deployment.spec?.replicas ?? 1;
  return replicas > 0 && podsOf(view, name).filter(isReady).length >= replicas;
}
