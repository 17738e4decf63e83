/** The services as processes, and what breaks them. */
export { startFaultProxy, type Fault, type FaultProxy } from './fault-proxy.ts';
export { ordersUnderFire } from './orders-under-fire.ts';
export { createRandom, type Random } from './random.ts';
export { startShop, type ServiceName, type Shop } from './shop.ts';
