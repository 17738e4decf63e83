import { NAME_LABEL } from '../labels.ts';
import type { Pod } from './pod.ts';
import type { StackView } from './stack-view.ts';

/** The workload's pods, without those that are being deleted. */
export function podsOf(view: StackView, name: string): Pod[] {
  return [...view.pods.values()].filter(
    ({ metadata }) => metadata.labels?.[NAME_LABEL] === name && metadata.deletionTimestamp === undefined,
  );
}
