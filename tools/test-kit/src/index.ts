export { createIssuer, type Issuer } from './issuer.ts';
export { startUpstream, type Upstream, type UpstreamHandler } from './upstream.ts';
export { rawRequest } from './raw-request.ts';
export { assertProblem, createApiClient, type Answer, type ApiClient } from './api-client.ts';
export { readSpans, startCollector, type CollectedSpan } from './collector.ts';
