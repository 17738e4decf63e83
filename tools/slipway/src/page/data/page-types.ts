/** What the page's queries answer, as JSON: types that the server and the page in the browser share. */

import type { ServiceStart } from '../../dev/local/service-start.ts';
import type { Traffic } from '../../operate/status/traffic.ts';

export type PageState = 'ready' | 'waiting' | 'failed' | 'stopped' | 'absent';

/** Something that slipway itself does. `reset` deletes all data of a database; `seed` concerns the whole stack. */
export type PageAction =
  | { kind: 'restart' | 'start' | 'stop' | 'redeploy' | 'reset'; service: string }
  /** To this revision. */
  | { kind: 'rollback'; service: string; to: number }
  /** For ten minutes. */
  | { kind: 'log-level'; service: string; level: string }
  | { kind: 'seed' };

/** An action that was asked for since the page runs. */
export type PageActivity = {
  /** RFC 3339. */
  at: string;
  what: string;
  outcome: 'running' | 'done' | 'failed';
  ms: number;
  /** What is waited for now, or how it ended: the last lines. */
  lines: string[];
};

/** What is not as it should be. docs/page.md lists the codes. */
export type PageFinding = {
  code: string;
  severity: 'error' | 'warning';
  /** What it is about: `order`, `order-db`, a node. */
  who: string;
  message: string;
  /** What processes, logs and the database say about it. */
  details: string[];
  hint?: string;
  /** To be typed in a terminal. */
  command?: string;
  action?: PageAction;
};

/** `cause` is empty of the first start, and of one that was asked for. */
export type PageStart = { service: string } & ServiceStart;

export type PageService = {
  name: string;
  state: PageState;
  /** What it does or waits for, while it is not ready. */
  detail?: string;
  since?: string;
  url?: string;
  pid?: number;
  pods?: string;
  revision?: number;
  image?: string;
  restarts?: number;
  migration?: string;
  failingChecks: { name: string; detail: string }[];
  traffic?: Traffic;
  pool?: { used: number; max: number; pending: number };
  /** What can be done with it, beside a rollback. */
  actions: Exclude<PageAction['kind'], 'rollback' | 'seed'>[];
};

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

export type PageRevision = {
  number: number;
  image: string;
  /** `commit 189284b0c1d2`. */
  cause?: string;
  /** RFC 3339. */
  createdAt: string;
  isCurrent: boolean;
};

/** What the view of one service shows beside its state. */
export type PageServiceDetails = {
  instances: PageInstance[];
  /** The newest first; empty where there are none: processes. */
  revisions: PageRevision[];
  probes: { kind: 'startup' | 'readiness' | 'liveness'; what: string; everyS: number }[];
};

/** A deploy to the cluster, as it was timed; the page shows the newest. */
export type PageDeploy = {
  /** RFC 3339. */
  at: string;
  totalMs: number;
  /** How long something of each stage ran, ms. */
  stages: { stage: string; ms: number }[];
  /** What the deploy as a whole waited for, in this order. */
  criticalPath: { stage: string; who: string; ms: number }[];
};

/** What was deployed to the cluster. */
export type PageDeploys = { deploys: PageDeploy[]; revisions: (PageRevision & { service: string })[] };

/** What a deploy of the working tree would change. */
export type PageDiff = { changes: { who: string; text: string }[] };

export type PageDatabase = {
  name: string;
  service: string;
  state: PageState;
  detail?: string;
  sizeBytes?: number;
  connections?: number;
  migrations?: number;
  /** Open for longer than a second, the oldest first. */
  transactions?: PageTransaction[];
};

export type PageTransaction = {
  pid: number;
  /** `application_name` of the client that has it open. */
  client: string;
  seconds: number;
  state: string;
  /** Without literals. */
  query: string;
  /** Process ids that wait for one of its locks. */
  blocks: number[];
};

/** A call that a service declares, and what was seen of it. */
export type PageEdge = {
  from: string;
  to: string;
  isDeclared: boolean;
  /** Of the last two seconds; absent while unknown. */
  requestsPerSecond?: number;
  errorShare?: number;
  meanMs?: number;
  /** Calls since the caller started. */
  calls?: number;
};

export type PageStatus = {
  /** `processes`: npm start. `cluster`: pods. */
  place: 'processes' | 'cluster';
  title: string;
  at: string;
  isReady: boolean;
  isReadOnly: boolean;
  findings: PageFinding[];
  services: PageService[];
  databases: PageDatabase[];
  edges: PageEdge[];
  starts: PageStart[];
  /** What can be done with the whole stack. */
  actions: 'seed'[];
  /** Since the page runs, the newest first. */
  activities: PageActivity[];
  limits: { lines: number; requests: number; spans: number; droppedLines: number; droppedSpans: number };
};

export type PageLogEntry = {
  /** Grows by one with each line. */
  seq: number;
  /** ms since 1970. */
  time: number;
  service: string;
  pod: string;
  level: string;
  /** As it was written, without secrets. */
  text: string;
};

/** The answer to a query for log lines. */
export type PageLogs = { entries: PageLogEntry[]; last: number; matched: number; searched: number; dropped: number };

/** One service's part of a request. */
export type PageRequestPart = {
  service: string;
  /** When it began, ms since 1970. */
  start: number;
  durationMs: number;
  method: string;
  route: string;
  status: number;
  waitedMs: Record<string, number>;
};

/** The part where it came in, and the services that wrote of it. */
export type PageRequest = PageRequestPart & { id: string; traceId: string; services: string[] };

export type PageSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  service: string;
  name: string;
  kind: 'internal' | 'server' | 'client';
  start: number;
  durationMs: number;
  isError: boolean;
  attributes: Record<string, string>;
};

export type PageRequestDetail = {
  request: PageRequest;
  parts: PageRequestPart[];
  spans: PageSpan[];
  entries: PageLogEntry[];
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
