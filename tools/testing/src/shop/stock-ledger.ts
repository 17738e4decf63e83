import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Customer, ShopClient } from '@shop/client';

export type Item = { productId: string; quantity: number };
type Order = { id: string; status: string; items: Item[] };

/** The contract's bound for everything that a crash left half-done. */
const settledWithinMs = 30_000;

/**
 * One customer, some products, and every answer that the customer got: what the contract says must hold can be told from
 * these alone. Nobody else may order the products.
 */
export class StockLedger {
  readonly #shop: Pick<ShopClient, 'api'>;
  readonly #customer: Customer;
  readonly #initial = new Map<string, number>();
  readonly #confirmed = new Set<string>();
  readonly #cancelled = new Map<string, 'surely' | 'perhaps'>();
  readonly #idOfKey = new Map<string, string>();
  #unanswered = 0;
  token: string;
  /** What each request for an order was answered: status and code. */
  readonly outcomes: string[] = [];

  static async open(shop: ShopClient, adminToken: string, stocks: number[]): Promise<StockLedger> {
    const customer = await shop.customer();
    const ledger = new StockLedger(shop, customer, customer.token);
    for (const stock of stocks) {
      const body = { sku: randomUUID(), name: 'Thing', priceCents: 100, currency: 'EUR', stock };
      const { body: product } = await shop.api.call('POST', '/api/v1/products', { token: adminToken, body });
      ledger.#initial.set(product.id, stock);
    }
    return ledger;
  }

  constructor(shop: Pick<ShopClient, 'api'>, customer: Customer, token: string) {
    this.#shop = shop;
    this.#customer = customer;
    this.token = token;
  }

  /** For what takes longer than a token lives. */
  async renewToken(): Promise<void> {
    this.token = await this.#customer.signIn();
  }

  /** How many requests for an order had which outcome. */
  summary(): string {
    const groups = Map.groupBy(this.outcomes, (outcome) => outcome);
    return [...groups].map(([outcome, { length }]) => `${length} × ${outcome}`).join(', ');
  }

  get productIds(): string[] {
    return [...this.#initial.keys()];
  }

  /** Orders that are surely there and that nobody has tried to cancel. */
  get standing(): string[] {
    return [...this.#confirmed].filter((id) => !this.#cancelled.has(id));
  }

  async order(items: Item[], key?: string): Promise<Answer> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await this.#shop.api.call('POST', '/api/v1/orders', { token: this.token, body: { items }, headers });
    this.answered(answer.status, answer.text, key);
    return answer;
  }

  /** The same for an order that someone else has sent as this customer. Status 0: its connection broke. */
  answered(status: number, text: string, key?: string): void {
    // Whether it stands, nobody can know from outside.
    if (status === 0) {
      this.outcomes.push('no answer');
      this.#unanswered += 1;
      return;
    }
    const { id, code } = JSON.parse(text) as { id: string; code?: string };
    this.outcomes.push(status === 201 ? '201' : `${status} ${code}`);
    assert.ok([201, 503, 504].includes(status) || code === 'insufficient-stock', text);
    if (status !== 201) return;
    this.#confirmed.add(id);
    if (key === undefined) return;
    assert.equal(this.#idOfKey.get(key) ?? id, id, 'one key, one order');
    this.#idOfKey.set(key, id);
  }

  async cancel(id: string): Promise<Answer> {
    if (!this.#cancelled.has(id)) this.#cancelled.set(id, 'perhaps');
    const answer = await this.#shop.api.call('POST', `/api/v1/orders/${id}/cancel`, { token: this.token });
    assert.ok([200, 503, 504].includes(answer.status), answer.text);
    if (answer.status === 200) this.#cancelled.set(id, 'surely');
    return answer;
  }

  /** Waits until all is settled, for as long as the contract allows, and compares with the answers. */
  async assertSettled(): Promise<void> {
    const deadline = Date.now() + settledWithinMs;
    while (true) {
      try {
        return await this.#assertNow();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(250);
      }
    }
  }

  async #assertNow(): Promise<void> {
    const stocks = new Map<string, number>();
    for (const id of this.productIds) {
      const { status, body, text } = await this.#shop.api.call('GET', `/api/v1/products/${id}`);
      assert.equal(status, 200, text);
      stocks.set(id, body.stock);
    }
    const orders = await this.#orders();
    const statusOf = new Map(orders.map(({ id, status }) => [id, status]));
    assert.ok(![...statusOf.values()].includes('pending'), 'no order is left pending');
    for (const id of this.#confirmed) {
      const cancelled = this.#cancelled.get(id);
      const allowed =
        cancelled === undefined ? ['confirmed'] : cancelled === 'surely' ? ['cancelled'] : ['confirmed', 'cancelled'];
      assert.ok(allowed.includes(statusOf.get(id) ?? 'missing'), `${id} answered 201 is ${statusOf.get(id)}`);
    }
    const held = new Map(this.#initial);
    let untold = 0;
    for (const { id, status, items } of orders) {
      if (status !== 'confirmed') continue;
      if (!this.#confirmed.has(id)) untold += 1;
      assert.ok(untold <= this.#unanswered, `${id} is confirmed and nobody was told`);
      for (const { productId, quantity } of items) held.set(productId, (held.get(productId) ?? NaN) - quantity);
    }
    assert.deepEqual(stocks, held, 'initial = remaining + held by confirmed orders');
  }

  async #orders(): Promise<Order[]> {
    const orders: Order[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = `limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { status, body, text } = await this.#shop.api.call('GET', `/api/v1/orders?${query}`, { token: this.token });
      assert.equal(status, 200, text);
      orders.push(...body.items);
      cursor = body.nextCursor;
    }
    return orders;
  }
}
