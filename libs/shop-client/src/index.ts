export { createApiClient, type Answer, type ApiClient, type RequestOptions } from './api-client.ts';
export { createShopClient, type Credentials, type Customer, type ShopClient } from './shop-client.ts';
