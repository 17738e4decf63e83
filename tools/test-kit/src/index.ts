export { createIssuer, type Issuer } from './issuer.ts';
export { startUpstream, type Upstream, type UpstreamHandler } from './upstream.ts';
export { LeakSearch, type SecretValue } from './leak-search.ts';
export { unreachableServices } from './unreachable-services.ts';
export { rawRequest } from './raw-request.ts';
export { assertProblem, createApiClient, type Answer, type ApiClient } from './api-client.ts';
export { readSpans, startCollector, type CollectedSpan } from './collector.ts';
export {
  describeFailures,
  percentile,
  startOpenLoop,
  type LoadAnswer,
  type LoadFailure,
  type LoadReport,
  type LoadRequest,
  type OpenLoop,
} from './open-loop.ts';
export { createShopClient, type Customer, type ShopClient } from './shop-client.ts';
export { StockLedger, type Item } from './stock-ledger.ts';
export { startShopLoad, type ShopLoad } from './shop-load.ts';
export { startHostileClients, type HostileClients } from './hostile/start-hostile-clients.ts';
export type { AttackName, HostileFigures } from './hostile/hostile-clients.ts';
export { processUsage, type ProcessUsage } from './process-usage.ts';
