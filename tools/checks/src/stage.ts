import type { Counts } from './counts/counts.ts';

export type StageContext = {
  /** `npm run test:cluster`: the long form, and the cluster is not optional. */
  isLong: boolean;
  /** Nothing is left out in CI. */
  isCi: boolean;
  say(line: string): void;
};

/** `leftOut`: why, and how to get it. */
export type StageResult = Counts | { leftOut: string };

export type Stage = {
  name: string;
  description: string;
  /** Stages without whose success this one cannot succeed. */
  needs?: string[];
  /** Rejects for a defect of the stage itself; that counts as a failure. */
  run(context: StageContext): Promise<StageResult>;
};
