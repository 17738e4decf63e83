import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { Readiness } from './readiness.ts';
import type { ServiceParts } from './run-service.ts';

/** What `runService` hands to a service's `build`, for those that build one without running it. */
export function createParts(service: string, level: string): ServiceParts {
  return { logger: createLogger({ service, level }), metrics: createMetrics(), readiness: new Readiness() };
}
