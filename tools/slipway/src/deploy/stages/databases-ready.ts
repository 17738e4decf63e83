import { DeadlineError } from '../../kubernetes/rollout/changes.ts';
import { isReady } from '../../kubernetes/rollout/is-ready.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';

/** As long as a database usually takes, several times over. */
const PATIENCE_MS = 30_000;

/**
 * Resolves when the pods of the databases are ready, or after a while. They take longest, and pods that start beside them
 * take processor time from them.
 */
export async function databasesReady(
  view: Pick<StackView, 'pods' | 'until'>,
  databases: string[],
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const isThere = (database: string) => {
    const pod = view.pods.get(`${database}-0`);
    return pod !== undefined && isReady(pod);
  };
  try {
    await view.until(() => databases.every(isThere) || undefined, patienceMs);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
}
