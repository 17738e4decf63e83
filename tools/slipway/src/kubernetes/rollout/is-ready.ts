import type { Pod } from './pod.ts';

/** Whether the pod takes requests: ready, and not on its way out. */
export function isReady({ metadata, status }: Pod): boolean {
  const isReady = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return isReady === true && metadata.deletionTimestamp === undefined;
}
