import { DeadlineError } from '../../kubernetes/rollout/changes.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';

/** As long as volumes usually take, several times over. */
const PATIENCE_MS = 15_000;

/**
 * Resolves when the pod of each database has a node, so when its volume is there, or after a while. Volumes are made by
 * pods too, and the databases, which take longest, would wait behind those of the services.
 */
export async function volumesSettled(
  view: Pick<StackView, 'pods' | 'until'>,
  databases: string[],
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const hasNode = (database: string) => view.pods.get(`${database}-0`)?.spec?.nodeName !== undefined;
  try {
    await view.until(() => databases.every(hasNode) || undefined, patienceMs);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
}
