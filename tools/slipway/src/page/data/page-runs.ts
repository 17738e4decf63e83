/** What a page has seen of the stack from when it opened, or a new run was begun. */
export type PageRun = {
  /** When it began, RFC 3339: its name. */
  id: string;
  /** RFC 3339. */
  until: string;
  isCurrent: boolean;
  /** Of the checkout when it began. */
  commit?: string;
  requests: number;
  errors: number;
  warnings: number;
};

/** The newest first. `problem`: why they cannot be kept. */
export type PageRuns = { runs: PageRun[]; isRecording: boolean; problem?: string };

export type PageRunStats = {
  count: number;
  /** Answered with 5xx. */
  errors: number;
  p50Ms: number;
  p95Ms: number;
  /** SQL statements of a request in all services, the mean; absent without spans. */
  statements?: number;
};

/** Two runs; `before` is absent of the oldest. Warnings are compared without their ids and numbers. */
export type PageRunComparison = {
  before?: PageRun;
  after: PageRun;
  routes: { service: string; method: string; route: string; before?: PageRunStats; after?: PageRunStats }[];
  warnings: { service: string; level: string; text: string; before: number; after: number }[];
};
