import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.ts';
import { registerEventLoopMetrics } from './event-loop-metrics.ts';
import { registerPoolMetrics, type PoolState } from './pool-metrics.ts';

/** Why a call got no answer. */
export type CallFailure = 'timeout' | 'unreachable';

export type Metrics = {
  registry: Registry;
  /** A request of the public port has come in; exactly one `requestFinished` must follow. */
  requestStarted(method: string): void;
  /** `route` is the template: a raw URL would make a series per id. */
  requestFinished(method: string, route: string, status: number, seconds: number): void;
  /** One finished call to another service: the status of its answer, or why there was none. */
  call(callee: string, method: string, outcome: number | CallFailure, seconds: number): void;
  /** One finished SQL statement. `operation`: its first word; `error`: the SQLSTATE, or a word; empty when it succeeded. */
  statement(operation: string, error: string, seconds: number): void;
  /** How long work waited for a connection of the pool. */
  connectionWait(seconds: number): void;
  pool(name: string, read: () => PoolState): void;
  /** Counts by how it went. Every outcome is there from the start, at 0: a rate needs a value to start from. */
  outcomes<const Outcome extends string>(
    name: string,
    help: string,
    outcomes: readonly Outcome[],
    /** The label that tells them apart. */
    label?: string,
  ): (outcome: Outcome) => void;
  /** Durations, in seconds. */
  durations(name: string, help: string): (seconds: number) => void;
  /** A value that is read whenever it is scraped. */
  gauge(name: string, help: string, read: () => number): void;
};

/** What the OpenTelemetry conventions advise for HTTP, and for databases. */
const httpBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const databaseBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
/** Anything may stand in a request's method; these are worth a series. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The metrics of one process, with a separate registry: two apps in one test must not share. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerEventLoopMetrics(registry);
  const requests = new DurationHistogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests, from the first header to the end of the answer',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: httpBuckets,
  });
  const calls = new DurationHistogram({
    name: 'http_client_request_duration_seconds',
    help: 'Duration of calls to other services, with what was tried again',
    labelNames: ['server_address', 'http_request_method', 'http_response_status_code', 'error_type'],
    buckets: httpBuckets,
  });
  const statements = new DurationHistogram({
    name: 'db_client_operation_duration_seconds',
    help: 'Duration of SQL statements, without the wait for a connection',
    labelNames: ['db_operation_name', 'error_type'],
    buckets: databaseBuckets,
  });
  const waits = new DurationHistogram({
    name: 'db_client_connection_wait_time_seconds',
    help: 'Time that work waited for a connection of the pool',
    labelNames: [],
    buckets: databaseBuckets,
  });
  for (const histogram of [requests, calls, statements, waits]) registry.registerMetric(histogram.asMetric());
  const active = new Map<string, number>();
  new Gauge({
    name: 'http_server_active_requests',
    help: 'Requests that are being worked on',
    labelNames: ['http_request_method'],
    registers: [registry],
    collect() {
      for (const [method, count] of active) this.set({ http_request_method: method }, count);
    },
  });
  return {
    registry,
    requestStarted(method) {
      const label = methodLabel(method);
      active.set(label, (active.get(label) ?? 0) + 1);
    },
    requestFinished(method, route, status, seconds) {
      const label = methodLabel(method);
      active.set(label, (active.get(label) ?? 0) - 1);
      requests.observe(seconds, label, route, status);
    },
    call(callee, method, outcome, seconds) {
      if (typeof outcome === 'string') calls.observe(seconds, callee, methodLabel(method), '', outcome);
      else calls.observe(seconds, callee, methodLabel(method), outcome, outcome >= 500 ? outcome : '');
    },
    statement(operation, error, seconds) {
      statements.observe(seconds, operation, error);
    },
    connectionWait(seconds) {
      waits.observe(seconds);
    },
    pool(name, read) {
      registerPoolMetrics(registry, name, read);
    },
    outcomes(name, help, outcomes, label = 'outcome') {
      const counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
      for (const outcome of outcomes) counter.inc({ [label]: outcome }, 0);
      return (outcome) => counter.inc({ [label]: outcome });
    },
    durations(name, help) {
      const histogram = new DurationHistogram({ name, help, labelNames: [], buckets: httpBuckets });
      registry.registerMetric(histogram.asMetric());
      return (seconds) => histogram.observe(seconds);
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
  };
}

function methodLabel(method: string): string {
  return knownMethods.has(method) ? method : '_OTHER';
}
