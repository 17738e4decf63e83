import { masked } from '@slipway/util/secret-mask';
import { levelName, levelNumber } from '../../operate/logs/log-level.ts';
import { parseLogLine } from '../../operate/logs/log-line.ts';
import { isObject } from '../../util/json-object.ts';
import { cutText } from './cut-text.ts';
import type { StoredLine } from './log-store.ts';
import type { PageRequest } from './page-requests.ts';
import { addLatency } from './latencies.ts';
import type { RouteRecord, RunRecord, WarningRecord } from './run-record.ts';

export type RunRecorder = {
  /** `requestId`: of the request whose part this line ends. */
  add(line: StoredLine, requestId?: string): void;
  /** Takes in the requests that have ended; `all`: also those whose other parts may still come. */
  settle(all: boolean): void;
  record(): RunRecord;
  /** Whether the last `record` is out of date, or was not kept. */
  isChanged: boolean;
  readonly hasPending: boolean;
  setCommit(commit: string | undefined): void;
  readonly id: string;
};

type Stores = {
  request(id: string): PageRequest | undefined;
  /** SQL statements of a trace; undefined without its spans. */
  statements(traceId: string): number | undefined;
};

type Counted = Pick<PageRequest, 'service' | 'method' | 'route' | 'status' | 'durationMs'> & {
  /** SQL statements; undefined without spans. */
  executed: number | undefined;
};

/** How long the parts and spans of a request may follow its first, ms. */
const SETTLE_MS = 3000;
/** Routes and different warnings of a run. */
const MOST = 300;
const MOST_PENDING = 10_000;
const LONGEST_TEXT = 200;
const WARNING = levelNumber('warn');
/** What differs between two lines that say the same: ids and numbers. */
const VARIABLE = /\b(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{8,}|\d[\w.]*)\b/gi;

/** What is seen of a stack from `begun`, ms since 1970: what came before belongs to another run. */
export function createRunRecorder(begun: number, { request, statements }: Stores): RunRecorder {
  const routes = new Map<string, RouteRecord>();
  const warnings = new Map<string, WarningRecord>();
  /** Requests by the time when their first part ended. */
  const pending = new Map<string, number>();
  /** What the newest requests were counted as. */
  const counted = new Map<string, Counted>();
  const id = new Date(begun).toISOString();
  let commit: string | undefined;

  /** Adds it to its route, or takes it away again; false when there are too many routes. */
  const count = (request: Counted, by: 1 | -1): boolean => {
    const { service, method, route, status, durationMs, executed } = request;
    const key = `${service} ${method} ${route}`;
    if (!routes.has(key) && routes.size >= MOST) return false;
    const empty = { service, method, route, count: 0, errors: 0, latencies: {}, traced: 0, statements: 0 };
    const record = routes.get(key) ?? empty;
    routes.set(key, record);
    record.count += by;
    if (status >= 500) record.errors += by;
    addLatency(record.latencies, durationMs, by);
    if (executed !== undefined) {
      record.traced += by;
      record.statements += by * executed;
    }
    if (record.count === 0) routes.delete(key);
    return true;
  };

  const take = (id: string): void => {
    const ended = request(id);
    if (ended === undefined) return;
    // A part that came late: the request was taken for one of the service that ended first.
    const before = counted.get(id);
    if (before !== undefined) count(before, -1);
    counted.delete(id);
    const { service, method, route, status, durationMs, traceId } = ended;
    const now = { service, method, route, status, durationMs, executed: statements(traceId) };
    if (count(now, 1)) counted.set(id, now);
    const [oldest] = counted.keys();
    if (counted.size > MOST_PENDING && oldest !== undefined) counted.delete(oldest);
  };

  const warn = ({ service, level, text: line }: StoredLine): void => {
    const text = messageOfLine(line);
    const key = `${service} ${level} ${text}`;
    const known = warnings.get(key);
    if (known !== undefined) known.count += 1;
    else if (warnings.size < MOST) warnings.set(key, { service, level: levelName(level), text, count: 1 });
  };

  const recorder: RunRecorder = {
    id,
    isChanged: false,
    add(line, requestId) {
      if (line.time < begun) return;
      if (requestId !== undefined || line.level >= WARNING) recorder.isChanged = true;
      if (pending.size >= MOST_PENDING) recorder.settle(false);
      if (requestId !== undefined && pending.size < MOST_PENDING && !pending.has(requestId))
        pending.set(requestId, Date.now());
      if (line.level >= WARNING) warn(line);
    },
    settle(all) {
      const before = all ? Infinity : Date.now() - SETTLE_MS;
      for (const [id, at] of pending) {
        if (at > before) return;
        pending.delete(id);
        take(id);
      }
    },
    record() {
      return {
        version: 1,
        id,
        until: new Date().toISOString(),
        ...(commit === undefined ? {} : { commit }),
        routes: [...routes.values()],
        warnings: [...warnings.values()],
      };
    },
    get hasPending() {
      return pending.size > 0;
    },
    setCommit: (known) => (commit = known),
  };
  return recorder;
}

/** What a line says, the same for all that say it: without ids and numbers. */
function messageOfLine(line: string): string {
  const fields = parseLogLine(line);
  const { msg, method, route, status, err } = fields ?? {};
  const error = isObject(err) && typeof err.message === 'string' ? err.message : '';
  const said = typeof msg === 'string' ? msg : fields === undefined ? line : '';
  const whole = [said, error].filter((part) => part !== '').join(': ');
  // In this order: what is left of a secret without its numbers is no longer found.
  const text = masked(whole).replace(VARIABLE, '…');
  const isRequest = typeof method === 'string' && typeof route === 'string' && status !== undefined;
  return cutText(isRequest ? `${text}: ${method} ${route} ${Number(status)}` : text, LONGEST_TEXT);
}
