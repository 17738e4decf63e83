import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, UserError } from '@slipway/util/errors';
import { createActivities } from './activities.ts';
import { callService } from './call-service.ts';
import { createLogStore, type LogStore } from './log-store.ts';
import type { PageSource, StackLook } from './page-source.ts';
import type { PageApi, PageCall, PageCallAnswer } from './page-api.ts';
import type { PageAction } from './page-action.ts';
import type { PageDeploys, PageDiff } from './page-deploys.ts';
import type { PageKey, PageServiceDetails } from './page-service-details.ts';
import type { PageRequestDetail } from './page-requests.ts';
import type { PageFinding, PageStatus } from './page-types.ts';
import { readApi } from './read-api.ts';
import { createRequestStore, type RequestStore } from './request-store.ts';
import { openRunStore, type RunStore } from './run-store.ts';
import { createSpanStore, type SpanStore } from './span-store.ts';

export type PageData = {
  logs: LogStore;
  requests: RequestStore;
  spans: SpanStore;
  runs: RunStore;
  /** Looks at the stack, at most once a second for all who ask. */
  status(): Promise<PageStatus>;
  request(id: string): PageRequestDetail | undefined;
  environment(service: string): Promise<PageKey[] | undefined>;
  details(service: string): Promise<PageServiceDetails | undefined>;
  /** Of the services that have an address here and an OpenAPI document. */
  api(): Promise<PageApi[]>;
  /** Sends a request to a service. Throws UserError when it may not, or there is no answer. */
  call(asked: PageCall): Promise<PageCallAnswer>;
  deploys(): Promise<PageDeploys>;
  diff(): Promise<PageDiff>;
  /** Throws UserError when nothing may be changed, or it does not work. */
  act(action: PageAction): Promise<void>;
  /** Called after new lines or spans, at most ten times a second. Returns what ends it. */
  onNews(listener: () => void): () => void;
  close(): Promise<void>;
};

export type Limits = { lines: number; requests: number; spans: number };

export const LIMITS: Limits = { lines: 1_000_000, requests: 20_000, spans: 100_000 };

const LOOK_MS = 1000;
const NEWS_MS = 100;
/** Before a log that broke off is read again. */
const AGAIN_MS = 2000;
const MOST_LINES_OF_REQUEST = 1000;
/** Of a stack of which nothing is known. */
export const NO_LOOK: StackLook = {
  isReady: false,
  findings: [],
  services: [],
  databases: [],
  edges: [],
  starts: [],
  actions: [],
};

/** `isRecording`: what is seen becomes a run. */
type Options = { isReadOnly: boolean; isRecording?: boolean; limits?: Limits };

/** All that the page's queries answer from; follows the logs of `source` until it is closed. */
export function openPageData(
  source: PageSource,
  { isReadOnly, isRecording = false, limits = LIMITS }: Options,
): PageData {
  const logs = createLogStore(limits.lines);
  const requests = createRequestStore(limits.requests);
  const spans = createSpanStore(limits.spans);
  const { runsFolder: folder, workspaceRoot } = source;
  const runs = openRunStore({ folder, workspaceRoot, isRecording, requests, spans });
  const abort = new AbortController();
  const listeners = new Set<() => void>();
  let isTold = true;
  let look: { at: number; status: Promise<PageStatus> } | undefined;

  const tell = (): void => {
    if (!isTold) return;
    isTold = false;
    setTimeout(() => {
      isTold = true;
      for (const listener of listeners) listener();
    }, NEWS_MS).unref();
  };
  spans.onAdded = tell;
  const activities = createActivities(tell);

  let logProblem: PageFinding | undefined;
  const followed = (async () => {
    let from: number | undefined;
    while (!abort.signal.aborted) {
      try {
        const scope = { previous: false, follow: true, signal: abort.signal, note: () => undefined };
        const { lines } = await source.logs({ ...scope, ...(from === undefined ? {} : { from }) });
        logProblem = undefined;
        for await (const line of lines) {
          if (from !== undefined && line.time < from) continue;
          const stored = logs.add(line);
          runs.add(stored, requests.add(stored));
          tell();
        }
      } catch (error) {
        logProblem = problemFinding('logs-not-read', source.title, error);
      }
      from = Date.now();
      await sleep(AGAIN_MS, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  })();

  const lookNow = async (): Promise<PageStatus> => {
    const { place, title } = source;
    const seen = await source
      .look()
      .catch((error: unknown): StackLook => ({ ...NO_LOOK, findings: [problemFinding('not-seen', title, error)] }));
    return {
      place,
      title,
      at: new Date().toISOString(),
      isReadOnly,
      ...seen,
      findings: logProblem === undefined ? seen.findings : [...seen.findings, logProblem],
      activities: activities.list(),
      limits: { ...limits, droppedLines: logs.dropped, droppedSpans: spans.dropped },
    };
  };

  const status = (): Promise<PageStatus> => {
    if (look === undefined || Date.now() - look.at > LOOK_MS) look = { at: Date.now(), status: lookNow() };
    return look.status;
  };

  return {
    logs,
    requests,
    spans,
    runs,
    status,
    request(id) {
      const found = requests.get(id);
      if (found === undefined) return undefined;
      const { entries } = logs.find({ request: id, limit: MOST_LINES_OF_REQUEST });
      return { ...found, spans: spans.trace(found.request.traceId), entries };
    },
    environment: (service) => source.environment(service),
    async act(action) {
      if (action.kind === 'new-run') return runs.begin();
      if (isReadOnly)
        throw new UserError('the page is read-only', {
          hint: 'npx nx run deploy:ui --no-readOnly opens one that is not',
        });
      try {
        await activities.record(action, (note) => source.act(action, abort.signal, note));
      } finally {
        look = undefined;
        tell();
      }
    },
    details: (service) => source.details(service),
    async api() {
      const { services } = await status();
      const known = await Promise.all(
        services.map(async ({ name, url }) => (url === undefined ? undefined : readApi(name, url))),
      );
      // Where requests come in is what one calls: nobody calls it, so it is the last in order of dependencies.
      return known.filter((api) => api !== undefined).reverse();
    },
    async call(asked) {
      if (isReadOnly && asked.method !== 'GET')
        throw new UserError(`the page is read-only: it sends no ${asked.method}`);
      const url = (await status()).services.find(({ name }) => name === asked.service)?.url;
      if (url === undefined) throw new UserError(`${asked.service} has no address that can be reached from here`);
      return callService(url, asked, abort.signal);
    },
    deploys: () => source.deploys(),
    diff: () => source.diff(abort.signal),
    onNews(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      abort.abort();
      await followed;
      await runs.close();
      await source.close();
    },
  };
}

function problemFinding(code: string, who: string, error: unknown): PageFinding {
  const [message = '', ...details] = describeError(error).split('\n');
  return { code, severity: 'error', who, message, details };
}
