import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.ts';

export type Metrics = {
  registry: Registry;
  /** One finished request of the public port. `route` is the template: a raw URL would make a series per id. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** One finished call to another service. */
  call(callee: string, outcome: string, seconds: number): void;
  counter(name: string, help: string, labels?: string[]): Counter;
  /** A value that is read whenever it is scraped. */
  gauge(name: string, help: string, read: () => number | Record<string, number>): void;
};

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Anything may stand in a request's method; these are worth a series. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The metrics of one process, with a registry of its own: two apps in one test must not share. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new DurationHistogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests, from the first header to the end of the answer',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets,
  });
  const calls = new DurationHistogram({
    name: 'http_client_request_duration_seconds',
    help: 'Duration of calls to other services',
    labelNames: ['server_address', 'outcome'],
    buckets,
  });
  registry.registerMetric(requests.asMetric());
  registry.registerMetric(calls.asMetric());
  return {
    registry,
    request(method, route, status, seconds) {
      requests.observe(seconds, knownMethods.has(method) ? method : '_OTHER', route, status);
    },
    call(callee, outcome, seconds) {
      calls.observe(seconds, callee, outcome);
    },
    counter: (name, help, labelNames = []) => new Counter({ name, help, labelNames, registers: [registry] }),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        labelNames: ['state'],
        registers: [registry],
        collect() {
          const value = read();
          if (typeof value === 'number') return this.set(value);
          for (const [state, number] of Object.entries(value)) this.set({ state }, number);
        },
      });
    },
  };
}
