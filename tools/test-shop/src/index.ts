export { startDatabaseTap, type DatabaseTap } from './database-tap.ts';
export { ordersUnderFire } from './orders-under-fire.ts';
export { createRandom, type Random } from './random.ts';
export { startShop, type ServiceName, type Shop } from './shop.ts';
export { StockLedger } from './stock-ledger.ts';
