import { DEBUG_LABEL, NAME_LABEL, PART_OF_LABEL } from '../labels.ts';
import type { Pod } from './pod.ts';
import type { StackView } from './stack-view.ts';

/** The workload's pods, without those that are being deleted or debugged. */
export function podsOf({ pods, stack }: StackView, name: string): Pod[] {
  return [...pods.values()].filter(
    ({ metadata: { labels, deletionTimestamp } }) =>
      labels?.[NAME_LABEL] === name &&
      labels[PART_OF_LABEL] === stack &&
      labels[DEBUG_LABEL] === undefined &&
      deletionTimestamp === undefined,
  );
}
