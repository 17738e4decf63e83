import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '../../src/operate/logs/log-line.ts';
import { NO_LOOK } from '../../src/page/data/page-data.ts';
import type { PageSource, StackLook } from '../../src/page/data/page-source.ts';
import type { PageAction } from '../../src/page/data/page-action.ts';
import type { PageDeploys, PageDiff } from '../../src/page/data/page-deploys.ts';
import type { PageServiceDetails } from '../../src/page/data/page-service-details.ts';

export const NOTHING: StackLook = { ...NO_LOOK, isReady: true };

export type FakeSource = PageSource & {
  /** What the next looks see. */
  seen: StackLook;
  acted: PageAction[];
  /** What is asked for beside the looks. */
  known: { details: PageServiceDetails; deploys: PageDeploys; diff: PageDiff };
  write(service: string, line: object | string, time?: number): void;
};

/** A stack that is what the test says. */
export function fakeSource(look: Partial<StackLook> = {}): FakeSource {
  const waiting: LogLine[] = [];
  const source: FakeSource = {
    place: 'processes',
    title: 'npm start',
    seen: { ...NOTHING, ...look },
    acted: [],
    known: {
      details: { instances: [], revisions: [], probes: [] },
      deploys: { deploys: [], revisions: [] },
      diff: { changes: [] },
    },
    write(service, line, time = Date.now()) {
      const text = typeof line === 'string' ? line : JSON.stringify({ level: 'info', service, ...line });
      waiting.push({ time, service, pod: service, isDatabase: false, text });
    },
    look: () => Promise.resolve(source.seen),
    logs: ({ signal }) => Promise.resolve({ lines: linesOf(waiting, signal), searched: [] }),
    environment: (name) => Promise.resolve(name === 'order' ? [] : undefined),
    details: (name) => Promise.resolve(name === 'order' ? source.known.details : undefined),
    deploys: () => Promise.resolve(source.known.deploys),
    diff: () => Promise.resolve(source.known.diff),
    act(action, _, note) {
      note('a moment');
      source.acted.push(action);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return source;
}

async function* linesOf(waiting: LogLine[], signal: AbortSignal) {
  while (!signal.aborted) {
    yield* waiting.splice(0);
    await sleep(5, undefined, { signal }).catch(() => undefined);
  }
}

/** The lines that order, its database and gateway write of one request. */
export function requestLines(id: string, { status = 201, ms = 80 } = {}): [string, object][] {
  const common = { requestId: id, traceId: 'a'.repeat(32), method: 'POST', route: '/api/v1/orders', status };
  const finished = (durationMs: number, waitedMs: object) => ({
    ...common,
    durationMs,
    waitedMs,
    msg: 'request finished',
  });
  return [
    ['product', finished(ms / 4, { database: ms / 5 })],
    ['order', finished(ms * 0.9, { product: ms / 3, database: ms / 3 })],
    ['gateway', finished(ms, { order: ms * 0.95 })],
  ];
}
