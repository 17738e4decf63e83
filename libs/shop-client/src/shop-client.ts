import type { NewOrder, NewProduct, Order, Product, Session, User } from '@shop/contracts';
import type { Answer, ApiClient } from './api-client.ts';

export type Credentials = { email: string; password: string };

export type Customer = Credentials & {
  user: User;
  /** Of the first sign-in: valid for a quarter of an hour. */
  token: string;
  /** A new token. */
  signIn(): Promise<string>;
};

/** The steps that most callers begin with. Each throws unless it worked. */
export type ShopClient = {
  api: ApiClient;
  signIn(credentials: Credentials): Promise<string>;
  /** A new token of the admin, or the one that the caller keeps. */
  adminToken(): Promise<string>;
  /** A new customer, signed in. */
  customer(): Promise<Customer>;
  /** A new product; what `properties` leaves out gets values that no other product has. */
  product(properties?: Partial<NewProduct>): Promise<Product>;
  setStock(productId: string, stock: number): Promise<void>;
  stock(productId: string): Promise<number>;
  order(token: string, items: NewOrder['items']): Promise<Order>;
  /** Answers whatever comes: what it should be is the caller's business. */
  tryOrder(token: string, items: NewOrder['items'], headers?: Record<string, string>): Promise<Answer<Order>>;
};

/** `admin`: the first admin, or how to get a token of one. */
export function createShopClient(api: ApiClient, admin: Credentials | (() => Promise<string>)): ShopClient {
  const signIn = async ({ email, password }: Credentials): Promise<string> =>
    (await api.expect<Session>(201, 'POST', '/api/v1/sessions', { body: { email, password } })).accessToken;
  const adminToken = typeof admin === 'function' ? admin : () => signIn(admin);

  return {
    api,
    signIn,
    adminToken,
    async customer() {
      const credentials = { email: `customer-${crypto.randomUUID()}@shop.example`, password: crypto.randomUUID() };
      const body = { ...credentials, name: 'A Customer' };
      const user = await api.expect<User>(201, 'POST', '/api/v1/users', { body });
      const token = await signIn(credentials);
      return { ...credentials, user, token, signIn: () => signIn(credentials) };
    },
    async product(properties) {
      const id = crypto.randomUUID();
      const fixed: NewProduct = {
        sku: `sku-${id}`,
        name: `Product-${id}`,
        priceCents: 1999,
        currency: 'EUR',
        stock: 10,
      };
      const body = { ...fixed, ...properties };
      return api.expect<Product>(201, 'POST', '/api/v1/products', { token: await adminToken(), body });
    },
    async setStock(productId, stock) {
      const path = `/api/v1/products/${productId}`;
      await api.expect(200, 'PATCH', path, { token: await adminToken(), body: { stock } });
    },
    async stock(productId) {
      return (await api.expect<Product>(200, 'GET', `/api/v1/products/${productId}`)).stock;
    },
    order: (token, items) => api.expect<Order>(201, 'POST', '/api/v1/orders', { token, body: { items } }),
    tryOrder: (token, items, headers = {}) => api.post<Order>('/api/v1/orders', { token, headers, body: { items } }),
  };
}
