import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createApiClient, type ApiClient } from '../http/api-client.ts';

export type Customer = {
  /** A new token: one lives for a quarter of an hour. */
  signIn(): Promise<string>;
};

export type ShopClient = {
  url: string;
  api: ApiClient;
  adminToken(): Promise<string>;
  /** A new customer. */
  customer(): Promise<Customer>;
  customerToken(): Promise<string>;
};

/** The public API at `url`, and the steps that most tests begin with. Each asserts that it worked. */
export function createShopClient(url: string, admin: { email: string; password: string }): ShopClient {
  const api = createApiClient(url);
  const create = async (path: string, body: object) => {
    const answer = await api.call('POST', path, { body });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const signIn = async (credentials: object): Promise<string> =>
    (await create('/api/v1/sessions', credentials)).accessToken;
  const customer = async (): Promise<Customer> => {
    const credentials = { email: `customer-${randomUUID()}@shop.example`, password: 'correct horse 1' };
    await create('/api/v1/users', { ...credentials, name: 'Customer' });
    return { signIn: () => signIn(credentials) };
  };
  return {
    url,
    api,
    adminToken: () => signIn(admin),
    customer,
    customerToken: async () => (await customer()).signIn(),
  };
}
