/** What the page's queries answer, as JSON: types that the server and the page in the browser share. */

import type { ServiceStart } from '../../dev/local/service-start.ts';
import type { Traffic } from '../../operate/status/traffic.ts';
import type { PageActivity, StackAction } from './page-action.ts';

export type PageState = 'ready' | 'waiting' | 'failed' | 'stopped' | 'absent';

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
  action?: StackAction;
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
  actions: Exclude<StackAction['kind'], 'rollback' | 'seed'>[];
};

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
  /** Of the last 30 s; absent while unknown. */
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
