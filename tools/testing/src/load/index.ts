/** Steady and hostile load. */
export { duringLoad } from './during-load.ts';
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
export { startShopLoad, type ShopLoad } from './shop-load.ts';
export { startHostileClients, type HostileClients } from './hostile/start-hostile-clients.ts';
export type { AttackName, HostileFigures } from './hostile/hostile-clients.ts';
