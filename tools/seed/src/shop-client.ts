import { UserError } from '@slipway/util/errors';
import type { Credentials } from './admin-credentials.ts';
import type { SeedProduct } from './products.ts';

type Answer = { status: number; body: { code?: string; detail?: string; accessToken?: string } };

const timeoutMs = 10_000;

/** The calls of the shop's API that seeding needs. `startCommand`: the hint when the shop does not answer. */
export function createShopClient(gatewayUrl: string, startCommand: string) {
  async function post(path: string, body: object, token?: string): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(timeoutMs) };
    const response = await fetch(new URL(path, gatewayUrl), request).catch((error: unknown) => {
      throw new UserError(`nothing answers at ${gatewayUrl}`, { hint: startCommand, cause: error });
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) as Answer['body'] };
    } catch (error) {
      const hint = 'set GATEWAY_URL to the address of its gateway';
      throw new UserError(`what answers at ${gatewayUrl} is not the shop`, { hint, cause: error });
    }
  }

  return {
    async signIn({ email, password }: Credentials): Promise<string> {
      const { status, body } = await post('/api/v1/sessions', { email, password });
      if (body.accessToken !== undefined) return body.accessToken;
      throw new UserError(`${email} cannot sign in at ${gatewayUrl}: ${status} ${body.detail ?? ''}`);
    },

    /** Whether it was added; false when the shop has it already. */
    async addProduct(product: SeedProduct, token: string): Promise<boolean> {
      const { status, body } = await post('/api/v1/products', product, token);
      if (status === 201) return true;
      if (status === 409 && body.code === 'sku-taken') return false;
      throw new UserError(`${product.sku} was refused: ${status} ${body.detail ?? ''}`);
    },
  };
}
