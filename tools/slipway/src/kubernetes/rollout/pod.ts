import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Json, Live } from '../live.ts';

export type Pod = Live<V1Pod>;
export type ContainerStatus = Json<V1ContainerStatus>;

/** The state of every container, init containers first. */
export function containerStatuses({ status }: Pod): ContainerStatus[] {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}
