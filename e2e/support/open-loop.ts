import { Agent, request } from 'node:http';

export type LoadRequest = {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  json?: unknown;
  expected: number;
};

export type LoadReport = { sent: number; failures: string[] };

type LoadOptions = {
  baseUrl: string;
  perSecond: number;
  /** What is sent next. */
  next(): LoadRequest;
};

/** No answer within this time is a failure. */
const timeoutMs = 15_000;

/**
 * Sends a steady number of requests per second, whatever becomes of the ones before; every second one on a connection of
 * its own. Returns a function that stops it, waits for the last answers and tells which requests failed.
 */
export function startOpenLoop({ baseUrl, perSecond, next }: LoadOptions): () => Promise<LoadReport> {
  const { hostname, port } = new URL(baseUrl);
  const agents = [
    { name: 'keep-alive', agent: new Agent({ keepAlive: true }) },
    { name: 'own connection', agent: new Agent({ keepAlive: false }) },
  ] as const;
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  const started = performance.now();
  let sent = 0;

  async function send(): Promise<void> {
    const { name, agent } = agents[sent % 2 === 0 ? 0 : 1];
    sent += 1;
    const { method, path, headers = {}, json, expected } = next();
    const at = performance.now();
    const outcome = await new Promise<string>((done) => {
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
          response.on('error', (error) => done(error.message));
          response.on('end', () => done(response.statusCode === expected ? '' : `${response.statusCode} ${text}`));
        },
      );
      call.on('error', (error: NodeJS.ErrnoException) => done(`${error.code ?? error.name} ${error.message}`));
      call.end(body);
    });
    if (outcome === '') return;
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    const took = `at ${seconds(at - started)} s, after ${seconds(performance.now() - at)} s`;
    failures.push(`${method} ${path} (${name}) ${took}: ${outcome}`);
  }

  function tick(): void {
    // As many as are due: a timer that is late must not make the load lighter.
    while (sent < ((performance.now() - started) / 1000) * perSecond) {
      const sending: Promise<void> = send().finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  }

  const timer = setInterval(tick, 10);
  return async () => {
    clearInterval(timer);
    await Promise.all(underWay);
    for (const { agent } of agents) agent.destroy();
    return { sent, failures };
  };
}
