/** Something that slipway itself does. `reset` deletes all data of a database; `seed` concerns the whole stack. */
export type PageAction =
  | { kind: 'restart' | 'start' | 'stop' | 'redeploy' | 'reset'; service: string }
  /** To this revision. */
  | { kind: 'rollback'; service: string; to: number }
  /** For ten minutes. */
  | { kind: 'log-level'; service: string; level: string }
  | { kind: 'seed' }
  /** Concerns the page alone: what comes from now on is compared with what came before. */
  | { kind: 'new-run' };

/** What changes the stack. */
export type StackAction = Exclude<PageAction, { kind: 'new-run' }>;

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
