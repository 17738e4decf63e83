import { Gauge, type Registry } from 'prom-client';
import type { Readiness } from './readiness.ts';

/** The readiness checks as metrics, asked whenever they are scraped: an alert can tell a database that is away from silence. */
export function registerReadinessMetrics(registry: Registry, readiness: Readiness): void {
  new Gauge({
    name: 'service_readiness_check_status',
    help: '1 while the readiness check holds, 0 while it fails',
    labelNames: ['check'],
    registers: [registry],
    async collect() {
      const { checks } = await readiness.report();
      for (const [check, { status }] of Object.entries(checks)) this.set({ check }, status === 'ok' ? 1 : 0);
    },
  });
}
