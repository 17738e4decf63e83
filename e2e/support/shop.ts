import { expect } from '@playwright/test';
import type { NewOrder, NewProduct, Order, Product, Session, User } from '@shop/contracts';
import type { Api, Reply } from './api.ts';
import { unique } from './unique.ts';

export type Customer = { user: User; email: string; password: string; token: string };

/** The steps that most specs begin with. Each asserts that it worked. */
export class Shop {
  readonly #api: Api;
  readonly adminToken: string;

  constructor(api: Api, adminToken: string) {
    this.#api = api;
    this.adminToken = adminToken;
  }

  /** A new user, signed in. */
  async customer(): Promise<Customer> {
    const email = `${unique('customer')}@shop.example`;
    const password = unique('password');
    const registered = await this.#api.post<User>('/api/v1/users', { json: { email, password, name: 'A Customer' } });
    expect(registered, JSON.stringify(registered.body)).toMatchObject({ status: 201 });
    return { user: registered.body, email, password, token: await signIn(this.#api, { email, password }) };
  }

  async product(properties: Partial<NewProduct> = {}): Promise<Product> {
    const json: NewProduct = {
      sku: unique('sku'),
      name: unique('Product'),
      priceCents: 1999,
      currency: 'EUR',
      stock: 10,
      ...properties,
    };
    const reply = await this.#api.post<Product>('/api/v1/products', { token: this.adminToken, json });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
    return reply.body;
  }

  async setStock(productId: string, stock: number): Promise<void> {
    const path = `/api/v1/products/${productId}`;
    const reply = await this.#api.patch(path, { token: this.adminToken, json: { stock } });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  }

  async stock(productId: string): Promise<number> {
    const reply = await this.#api.get<Product>(`/api/v1/products/${productId}`);
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
    return reply.body.stock;
  }

  /** Any answer: what it should be is the spec's business. */
  tryOrder(token: string, items: NewOrder['items'], headers: Record<string, string> = {}): Promise<Reply<Order>> {
    return this.#api.post<Order>('/api/v1/orders', { token, headers, json: { items } });
  }

  async order(token: string, items: NewOrder['items']): Promise<Order> {
    const reply = await this.tryOrder(token, items);
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
    return reply.body;
  }
}

export async function signIn(api: Api, credentials: { email: string; password: string }): Promise<string> {
  const reply = await api.post<Session>('/api/v1/sessions', { json: credentials });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body.accessToken;
}
