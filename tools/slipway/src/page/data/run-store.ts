import { describeError, UserError } from '@slipway/util/errors';
import type { StoredLine } from './log-store.ts';
import type { PageRunComparison, PageRuns } from './page-runs.ts';
import type { RequestStore } from './request-store.ts';
import type { SpanStore } from './span-store.ts';
import { gitCommit } from '../../util/files/git-commit.ts';
import { compareRuns, summaryOf } from './compare-runs.ts';
import { MOST_RUNS, readRuns, writeRun } from './run-folder.ts';
import { createRunRecorder, type RunRecorder } from './run-recorder.ts';
import type { RunRecord } from './run-record.ts';

/** What pages have seen of a stack, one run each, kept over their ends. */
export type RunStore = {
  add(line: StoredLine, requestId: string | undefined): void;
  /** The newest first. */
  list(): Promise<PageRuns>;
  /** By their ids; by default the newest with the one before it. Undefined: there is no such run. */
  compare(before?: string, after?: string): Promise<PageRunComparison | undefined>;
  /** Ends this run and begins another. Throws UserError where none is recorded. */
  begin(): Promise<void>;
  close(): Promise<void>;
};

const WRITE_MS = 5000;

type Options = {
  /** Where runs are kept; absent: only in memory. */
  folder?: string | undefined;
  /** Whose commit is noted. */
  workspaceRoot?: string | undefined;
  /** Otherwise only what others have recorded is read. */
  isRecording: boolean;
  requests: RequestStore;
  spans: SpanStore;
};

export function openRunStore({ folder, workspaceRoot, isRecording, requests, spans }: Options): RunStore {
  /** Ended runs of this process that are in no folder. */
  let ended: RunRecord[] = [];
  const sources = {
    request: (id: string) => requests.get(id)?.request,
    statements: (traceId: string) => spans.statements(traceId),
  };
  let recorder = isRecording ? createRunRecorder(Date.now(), sources) : undefined;
  let writing: Promise<void> = Promise.resolve();
  const problems: { read?: string | undefined; write?: string | undefined } = {};

  const noteCommit = (of: RunRecorder | undefined): void => {
    if (of !== undefined && workspaceRoot !== undefined)
      void gitCommit(workspaceRoot).then((commit) => of.setCommit(commit));
  };
  const write = async (of: RunRecorder, isEnd: boolean): Promise<void> => {
    of.settle(isEnd);
    if (!of.isChanged) return;
    const run = of.record();
    const keep = () => {
      if (isEnd) ended = [run, ...ended].slice(0, MOST_RUNS);
    };
    if (folder === undefined) return keep();
    // Before the write: what comes meanwhile is for the next one.
    of.isChanged = of.hasPending;
    try {
      await writeRun(folder, run);
      problems.write = undefined;
    } catch (error) {
      // A full disk must not end the page; the next write tries again.
      of.isChanged = true;
      problems.write = describeError(error);
      keep();
    }
  };
  /** One write after the other. */
  const enqueue = (isEnd: boolean): Promise<void> => {
    const of = recorder;
    return (writing = writing.then(() => of && write(of, isEnd)));
  };
  const timer = setInterval(() => void enqueue(false), WRITE_MS).unref();
  noteCommit(recorder);

  const read = async (): Promise<RunRecord[]> => {
    if (folder === undefined) return ended;
    try {
      const runs = await readRuns(folder);
      problems.read = undefined;
      return [...ended, ...runs];
    } catch (error) {
      problems.read = describeError(error);
      return ended;
    }
  };
  const all = async (): Promise<RunRecord[]> => {
    recorder?.settle(false);
    const current = recorder?.record();
    const kept = await read();
    return current === undefined ? kept : [current, ...kept.filter(({ id }) => id !== current.id)];
  };

  return {
    add: (line, requestId) => recorder?.add(line, requestId),
    async list() {
      const runs = (await all()).map((run) => summaryOf(run, isCurrent(run)));
      const problem = problems.write ?? problems.read;
      return { runs, isRecording, ...(problem === undefined ? {} : { problem }) };
    },
    async compare(before, after) {
      const runs = await all();
      const now = after === undefined ? runs[0] : runs.find(({ id }) => id === after);
      if (now === undefined) return undefined;
      const old = before === undefined ? runs[runs.indexOf(now) + 1] : runs.find(({ id }) => id === before);
      if (before !== undefined && old === undefined) return undefined;
      return {
        ...(old === undefined ? {} : { before: summaryOf(old, isCurrent(old)) }),
        after: summaryOf(now, isCurrent(now)),
        ...compareRuns(old, now),
      };
    },
    async begin() {
      if (recorder === undefined) throw new UserError('this process records no run', { hint: 'the page records one' });
      const end = enqueue(true);
      recorder = createRunRecorder(Date.now(), sources);
      noteCommit(recorder);
      await end;
    },
    async close() {
      clearInterval(timer);
      await enqueue(true);
    },
  };

  function isCurrent({ id }: RunRecord): boolean {
    return id === recorder?.id;
  }
}
