import { performance } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/** How busy the one thread is. Lag comes with prom-client's own metrics. */
export function registerEventLoopMetrics(registry: Registry): void {
  let counted = performance.eventLoopUtilization();
  new Counter({
    name: 'nodejs_eventloop_time_seconds_total',
    help: 'Time that the event loop was busy and that it waited',
    labelNames: ['nodejs_eventloop_state'],
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.inc({ nodejs_eventloop_state: 'active' }, (now.active - counted.active) / 1000);
      this.inc({ nodejs_eventloop_state: 'idle' }, (now.idle - counted.idle) / 1000);
      counted = now;
    },
  });
  let seen = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Share of the time since the last scrape that the event loop was busy, 0 to 1',
    registers: [registry],
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, seen).utilization);
      seen = now;
    },
  });
}
