import type { PageRevision } from './page-deploys.ts';
import type { PageState } from './page-types.ts';

/** A pod, or the process of npm start. */
export type PageInstance = {
  name: string;
  state: PageState;
  detail?: string;
  restarts?: number;
  node?: string;
  /** RFC 3339. */
  startedAt?: string;
};

/** What the view of one service shows beside its state. */
export type PageServiceDetails = {
  instances: PageInstance[];
  /** The newest first; empty where there are none: processes. */
  revisions: PageRevision[];
  probes: { kind: 'startup' | 'readiness' | 'liveness'; what: string; everyS: number }[];
};

/** A key of a service's environment: never the value of a secret. */
export type PageKey = {
  name: string;
  description: string;
  secret: boolean;
  /** `plain`, `service-url`, `generated-password`, … */
  source: string;
  file: string;
  line?: number;
  /** Absent of a secret, and where it is not known here. */
  value?: string;
  /** Where the value comes from. */
  origin: string;
};
