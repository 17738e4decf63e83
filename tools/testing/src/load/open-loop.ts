import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export type LoadRequest = {
  /** Groups requests in the report: what answers them. */
  name: string;
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  json?: unknown;
  /** Any other status is a failure. */
  expected: readonly number[];
  onAnswer?(answer: LoadAnswer): void;
};

export type LoadAnswer = {
  /** 0: no whole answer came; `text` says why. */
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
};

export type LoadFailure = LoadAnswer & {
  name: string;
  connection: 'keep-alive' | 'own';
  /** When it was sent, of `performance.now()`. */
  sentAt: number;
  tookMs: number;
};

export type LoadReport = {
  sent: number;
  failures: LoadFailure[];
  /** Of the answers that were expected, ms. */
  durations: number[];
  durationsByName: Record<string, number[]>;
};

export type OpenLoop = {
  /** Stops sending, waits for the last answers and reports. */
  stop(): Promise<LoadReport>;
  /** What was reported so far; begins a new report. */
  take(): LoadReport;
};

type LoadOptions = {
  url: string;
  perSecond: number;
  /** What is sent next. */
  next(): LoadRequest;
};

/** Longer than any deadline of the services: what is not answered by then is lost. */
const timeoutMs = 15_000;

/**
 * Sends a steady number of requests per second, whatever becomes of the ones before; every second one on a connection of
 * its own.
 */
export function startOpenLoop({ url, perSecond, next }: LoadOptions): OpenLoop {
  const { hostname, port } = new URL(url);
  const agents = [
    { connection: 'keep-alive', agent: new Agent({ keepAlive: true }) },
    { connection: 'own', agent: new Agent({ keepAlive: false }) },
  ] as const;
  const underWay = new Set<Promise<void>>();
  const started = performance.now();
  let sent = 0;
  let report: LoadReport = emptyReport();

  async function send(): Promise<void> {
    const { connection, agent } = agents[sent % 2 === 0 ? 0 : 1];
    sent += 1;
    report.sent += 1;
    const { name, method, path, headers = {}, json, expected, onAnswer } = next();
    const sentAt = performance.now();
    const answer = await new Promise<LoadAnswer>((resolve) => {
      const fail = (error: NodeJS.ErrnoException) =>
        resolve({ status: 0, headers: {}, text: `${error.code ?? error.name} ${error.message}` });
      const body = json === undefined ? undefined : JSON.stringify(json);
      const call = request(
        {
          agent,
          hostname,
          port,
          method,
          path,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          signal: AbortSignal.timeout(timeoutMs),
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', fail);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        },
      );
      call.on('error', fail);
      call.end(body);
    });
    const tookMs = performance.now() - sentAt;
    if (expected.includes(answer.status)) {
      report.durations.push(tookMs);
      (report.durationsByName[name] ??= []).push(tookMs);
    } else report.failures.push({ name, connection, sentAt, tookMs, ...answer });
    onAnswer?.(answer);
  }

  function tick(): void {
    // As many as are due: a timer that is late must not make the load lighter.
    while (sent < ((performance.now() - started) / 1000) * perSecond) {
      const sending: Promise<void> = send().finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  }

  function take(): LoadReport {
    const taken = report;
    report = emptyReport();
    return taken;
  }

  const timer = setInterval(tick, 10);
  return {
    take,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      for (const { agent } of agents) agent.destroy();
      return take();
    },
  };
}

const emptyReport = (): LoadReport => ({ sent: 0, failures: [], durations: [], durationsByName: {} });

/** The value below which `share` (0 to 1) of them lie; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** One line per failure, for a test's message. */
export function describeFailures(failures: readonly LoadFailure[], since: number): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return failures
    .map(
      ({ name, connection, sentAt, tookMs, status, text }) =>
        `${name} (${connection}) at ${seconds(sentAt - since)} s, after ${seconds(tookMs)} s: ${status} ${text}`,
    )
    .join('\n');
}
