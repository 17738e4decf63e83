/** Lines of JSON between watch mode and the runner in a pod. Files are Base64; names of code say the content. */

/** Watch mode asks: keep these files, then, with `run`, let that one serve in place of what serves now. */
export type Ask = { id: number; put: Record<string, string>; run?: string };

/** What became of new code. `log`: the last lines that it wrote; `code`: its exit code, if it had one. */
export type Outcome =
  { status: 'serving'; startMs: number } | { status: 'failed'; reason: string; log: string[]; code?: number };

/** The runner says: first thing on every connection what it has, then answers and unsolicited events. */
export type Say =
  | { type: 'hello'; files: string[]; serving: string }
  | { type: 'answer'; id: number; files: string[]; outcome?: Outcome }
  | {
      type: 'died';
      entry: string;
      instead: string | undefined;
      reason: string;
      isOutOfMemory?: boolean;
      log: string[];
    };
