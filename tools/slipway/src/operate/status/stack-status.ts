import type { Traffic } from './traffic.ts';

/** What `deploy:status` knows, and what `--json` prints. */
export type StackStatus = {
  context: string;
  stack: string;
  /** RFC 3339. */
  at: string;
  /** Whether everything that should serve does. */
  isReady: boolean;
  /** What is not as it should be, the likely cause first. */
  findings: Finding[];
  services: ServiceStatus[];
  databases: WorkloadStatus[];
  nodes: NodeStatus[];
};

/** `details`: what Kubernetes and the processes say about it; `command`: the command that shows more or mends it. */
export type Finding = { who: string; what: string; details: string[]; command?: string };

export type WorkloadStatus = {
  name: string;
  state: 'ready' | 'waiting' | 'failed' | 'off' | 'absent';
  /** In words: what it waits for, or why it cannot serve. */
  why?: string;
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
