import type { LogLine } from './log-line.ts';

/** What is read of each process. */
export type LogScope = {
  /** Services, or databases by their own names; undefined: all. A service brings its database along. */
  services?: string[];
  /** Lines received from then on, ms since 1970. */
  from?: number;
  /** Also what a process wrote before its last restart. */
  previous: boolean;
  /** Lines that come, and processes that appear, until `signal` aborts. */
  follow: boolean;
  signal: AbortSignal;
  /** Somebody joins, leaves or cannot be read. */
  note: (text: string) => void;
};

/** Reads the logs of a stack's processes. */
export type LogSource = (scope: LogScope) => Promise<{
  lines: AsyncIterable<LogLine>;
  /** Who is read: pods and their containers, or files. */
  searched: string[];
}>;

/** How long a silent process may hold up the lines of the others while following; longer than any buffers its lines, ms. */
export const FOLLOW_PATIENCE_MS = 250;
