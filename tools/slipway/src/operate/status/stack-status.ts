import type { RolloutState } from '../../kubernetes/rollout/states.ts';
import type { WorkloadKind } from '../../kubernetes/rollout/workload-state.ts';
import type { Traffic } from './traffic.ts';

/** What `deploy:status` knows, and what `--json` prints. */
export type StackStatus = {
  context: string;
  stack: string;
  /** Where it is reached from this machine; absent when nothing is exposed, or the cluster is not kind's. */
  address?: { service: string; url: string };
  /** RFC 3339. */
  at: string;
  /** Whether everything is ready. */
  isReady: boolean;
  /** What is not as it should be, the likely cause first. */
  findings: Finding[];
  services: ServiceStatus[];
  databases: WorkloadStatus[];
  /** What services add beside: Jobs, CronJobs, DaemonSets, StatefulSets. */
  added: WorkloadStatus[];
  nodes: NodeStatus[];
};

/** Something that is not as it should be: a code with its fields. describe-finding.ts has the words. */
export type Finding = FindingFacts & {
  /** What it is about: a node, a service, a database. */
  who: string;
  /** What Kubernetes and the processes say about it. */
  details: string[];
  /** What the user can do. */
  hint?: string;
  /** Shows more, or solves it. */
  command?: string;
};

export type FindingCode = FindingFacts['code'];

type FindingFacts =
  | { code: 'node-not-ready' }
  | { code: 'node-pressure'; condition: string }
  /** `share`: 0 to 1. */
  | { code: 'disk-full'; share: number }
  | { code: 'not-deployed' }
  | { code: 'scaled-to-zero' }
  | { code: 'not-ready'; podsReady: number; podsWanted: number; reason?: RolloutState }
  | { code: 'code-synced' }
  /** `share`: of the answers, 0 to 1. */
  | { code: 'server-errors'; share: number }
  /** `at`: RFC 3339. `end`: how the run before ended. */
  | { code: 'restarted'; at: string; end: string };

export type WorkloadStatus = {
  kind: WorkloadKind;
  name: string;
  state: 'ready' | 'waiting' | 'failed' | 'off' | 'absent';
  /** Why it is not ready. */
  reason?: RolloutState;
  podsReady: number;
  podsWanted: number;
  /** Number of the Deployment's revision; not of a database. */
  revision?: number;
  /** Tag of the image that the newest revision runs: the first digits of its digest. */
  image?: string;
  /** It runs what a watch mode has sent it, not its image. */
  isSynced?: boolean;
  restarts: number;
  /** The newest end of a container that was started again. */
  lastEnd?: { reason: string; at: string };
};

export type ServiceStatus = WorkloadStatus & {
  /** Whether it runs what this working tree would deploy; undefined when that is unknown. */
  isFromWorkingTree?: boolean;
  /** Newest migration that was deployed with success. */
  migration?: string;
  /** Readiness checks that fail, with what each says, and in how many pods. */
  failingChecks: { name: string; detail: string; pods: number }[];
  /** Undefined when no pod could be asked. */
  traffic?: Traffic;
};

export type NodeStatus = {
  name: string;
  isReady: boolean;
  version: string;
  /** Conditions that should not hold: `DiskPressure`. */
  pressure: string[];
  /** Used share of the disk that images, logs and volumes share, 0 to 1; undefined when the node does not say. */
  diskUsed?: number;
};
