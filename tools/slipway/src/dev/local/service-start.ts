/** What a start goes through, in this order. */
export type StartStage = 'database' | 'build' | 'migrate' | 'start';

/** One start of a service: the first, after an edit, or because it was asked to. */
export type ServiceStart = {
  /** RFC 3339. */
  at: string;
  /** Files whose edit it followed, relative to the workspace. */
  cause: string[];
  stages: { stage: StartStage; ms: number }[];
  outcome: 'running' | 'ready' | 'failed' | 'replaced';
  /** From its beginning to its outcome, ms. */
  ms: number;
};
