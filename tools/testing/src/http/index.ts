/** Clients, servers and readers of what goes over HTTP. */
export { createApiClient, type Answer, type ApiClient } from '@shop/client';
export { assertProblem } from './assert-problem.ts';
export { readSpans, startCollector, type CollectedSpan } from './collector.ts';
export { freePort } from '@slipway/util/free-port';
export { processUsage, type ProcessUsage } from './process-usage.ts';
export { rawRequest } from './raw-request.ts';
export { unreachableServices } from './unreachable-services.ts';
export { startUpstream, type Upstream, type UpstreamHandler } from './upstream.ts';
