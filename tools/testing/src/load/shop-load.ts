import { randomUUID } from 'node:crypto';
import type { ShopClient } from '@shop/client';
import { startOpenLoop, type LoadReport, type LoadRequest, type OpenLoop } from './open-loop.ts';
import { StockLedger } from '../shop/stock-ledger.ts';

export type ShopLoad = OpenLoop & {
  ledger: StockLedger;
  /** Stops, and throws unless all that the contract promises of orders and stock holds within its time. */
  settle(): Promise<LoadReport>;
};

type ShopLoadOptions = { url: string; shop: ShopClient; adminToken: string; perSecond: number };

/** The last one is sold out after a while: refusals hold no stock either. */
const stocks = [1_000_000, 1_000_000, 1_000_000, 20];

/** Reads of every service and orders, a steady stream of them; every second order has an Idempotency-Key. */
export async function startShopLoad({ url, shop, adminToken, perSecond }: ShopLoadOptions): Promise<ShopLoad> {
  const ledger = await StockLedger.open(shop, adminToken, stocks);
  const [productId = ''] = ledger.productIds;
  const violations: unknown[] = [];
  let requests = 0;
  let orders = 0;

  function order(headers: Record<string, string>): LoadRequest {
    const at = orders++;
    const key = at % 2 === 0 ? randomUUID() : undefined;
    return {
      name: 'order',
      method: 'POST',
      path: '/api/v1/orders',
      headers: key === undefined ? headers : { ...headers, 'idempotency-key': key },
      json: { items: [{ productId: ledger.productIds[at % stocks.length], quantity: 1 }] },
      expected: [201, 409],
      onAnswer({ status, text }) {
        try {
          ledger.answered(status, text, key);
        } catch (error) {
          violations.push(error);
        }
      },
    };
  }

  function next(): LoadRequest {
    const headers = { authorization: `Bearer ${ledger.token}` };
    const read = (name: string, path: string): LoadRequest => ({ name, method: 'GET', path, headers, expected: [200] });
    switch (requests++ % 5) {
      case 0:
        return read('products', '/api/v1/products?limit=1');
      case 1:
        return read('product', `/api/v1/products/${productId}`);
      case 2:
        return read('me', '/api/v1/users/me');
      case 3:
        return read('orders', '/api/v1/orders?limit=1');
      default:
        return order(headers);
    }
  }

  const loop = startOpenLoop({ url, perSecond, next });
  return {
    ...loop,
    ledger,
    async settle() {
      const report = await loop.stop();
      if (violations.length > 0) throw violations[0];
      await ledger.assertSettled();
      return report;
    },
  };
}
