import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { startUpstream, type Upstream } from '@slipway/testing/http';

type Item = { productId: string; quantity: number };
type Reservation = { items: Item[]; isReleased: boolean };

/** What goes wrong with the next reservations: nothing, before stock is taken (or at once), after it, or no answer at all. */
export type Trouble = 'none' | 'fails' | 'overloaded' | 'takes-then-fails' | 'hangs';

/** The product service's side of a reservation, in memory, with faults on demand. */
export class FakeProducts {
  readonly key = 'o'.repeat(32);
  readonly #upstream: Upstream;
  readonly #stock = new Map<string, { stock: number; currency: string }>();
  readonly #reservations = new Map<string, Reservation>();
  reserving: Trouble = 'none';
  releasing: Trouble = 'none';
  calls = 0;
  /** Lets a test do something while a reservation is under way. */
  onReserve: () => Promise<void> = async () => {};
  /** The same once the stock is taken, before the answer. */
  onReserved: () => Promise<void> = async () => {};

  static async start(): Promise<FakeProducts> {
    const upstream = await startUpstream(() => {});
    return new FakeProducts(upstream);
  }

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
    upstream.answer(async ({ method, url, headers, body }, response) => {
      if (headers['x-service-key'] !== this.key) return void response.writeHead(401).end();
      if (method === 'POST') await this.#reserve(JSON.parse(body), response);
      else this.#release(url.split('/').at(-1) ?? '', response);
    });
  }

  get url(): string {
    return this.#upstream.url;
  }

  add(stock: number, currency = 'EUR'): string {
    const id = randomUUID();
    this.#stock.set(id, { stock, currency });
    return id;
  }

  stock(id: string): number {
    return this.#stock.get(id)?.stock ?? NaN;
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  async #reserve({ orderId, items }: { orderId: string; items: Item[] }, response: ServerResponse): Promise<void> {
    this.calls += 1;
    await this.onReserve();
    if (this.reserving === 'hangs') return;
    if (this.reserving === 'fails') return void response.writeHead(503).end();
    if (this.reserving === 'overloaded') return overloaded(response);
    const answer = this.#decide(orderId, items);
    await this.onReserved();
    if (this.reserving === 'takes-then-fails') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }

  #decide(orderId: string, items: Item[]): { status: number; body: object } {
    const priced = { orderId, currency: 'EUR', items: items.map((item) => ({ ...item, unitPriceCents: 100 })) };
    const existing = this.#reservations.get(orderId);
    if (existing?.isReleased) return { status: 409, body: { code: 'reservation-released', detail: 'released' } };
    if (existing !== undefined) return { status: 200, body: priced };
    const products = items.map(({ productId }) => this.#stock.get(productId));
    if (products.includes(undefined)) return { status: 422, body: { code: 'unknown-product', detail: 'unknown' } };
    if (new Set(products.map((product) => product?.currency)).size > 1)
      return { status: 422, body: { code: 'mixed-currency', detail: 'mixed' } };
    if (items.some(({ quantity }, at) => (products[at]?.stock ?? 0) < quantity))
      return { status: 409, body: { code: 'insufficient-stock', detail: 'short' } };
    this.#move(items, -1);
    this.#reservations.set(orderId, { items, isReleased: false });
    return { status: 200, body: priced };
  }

  #release(orderId: string, response: ServerResponse): void {
    if (this.releasing === 'hangs') return;
    if (this.releasing === 'fails') return void response.writeHead(503).end();
    if (this.releasing === 'overloaded') return overloaded(response);
    const reservation = this.#reservations.get(orderId);
    if (reservation !== undefined && !reservation.isReleased) this.#move(reservation.items, 1);
    this.#reservations.set(orderId, { items: [], isReleased: true });
    if (this.releasing === 'takes-then-fails') return void response.destroy();
    response.writeHead(204).end();
  }

  #move(items: Item[], sign: 1 | -1): void {
    for (const { productId, quantity } of items) {
      const product = this.#stock.get(productId);
      if (product !== undefined) product.stock += sign * quantity;
    }
  }
}

function overloaded(response: ServerResponse): void {
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '3' };
  response.writeHead(503, headers).end(JSON.stringify({ code: 'overloaded' }));
}
