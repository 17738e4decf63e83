export { startShop, type Shop, type ServiceName } from './shop.ts';
