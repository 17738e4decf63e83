import type { KubernetesObject } from '../kubernetes-object.ts';

/** The parts of a Pod that a rollout looks at. */
export type Pod = KubernetesObject & {
  metadata: {
    creationTimestamp: string;
    deletionTimestamp?: string;
    ownerReferences?: { kind: string; name: string }[];
  };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
};

type Terminated = { exitCode: number; reason?: string; message?: string; signal?: number; finishedAt?: string };

export type ContainerStatus = {
  name: string;
  ready: boolean;
  restartCount: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: object; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
};
