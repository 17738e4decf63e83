/** The services as processes, and what breaks them. */
export { startFaultProxy, type Fault, type FaultProxy } from './fault-proxy.ts';
export { ordersUnderOutages } from './orders-under-outages.ts';
export { createRandom, type Random } from './random.ts';
export { startShop, type ServiceName, type Shop } from './shop.ts';
