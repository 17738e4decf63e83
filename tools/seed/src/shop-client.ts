import type { Credentials } from './admin-credentials.ts';
import type { SeedProduct } from './products.ts';
import { SeedError } from './seed-error.ts';

type Answer = { status: number; body: { code?: string; detail?: string; accessToken?: string } };

const timeoutMs = 10_000;

/** The few calls of the shop's API that seeding takes. `startCommand` is what a person is told when nobody answers. */
export function createShopClient(gatewayUrl: string, startCommand: string) {
  async function post(path: string, body: object, token?: string): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const request = { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(timeoutMs) };
    const response = await fetch(new URL(path, gatewayUrl), request).catch((error: unknown) => {
      throw new SeedError(`nobody answers at ${gatewayUrl}; start the stack with: ${startCommand}`, error);
    });
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) as Answer['body'] };
    } catch (error) {
      throw new SeedError(`what answers at ${gatewayUrl} is not the shop (GATEWAY_URL says where it is)`, error);
    }
  }

  return {
    async signIn({ email, password }: Credentials): Promise<string> {
      const { status, body } = await post('/api/v1/sessions', { email, password });
      if (body.accessToken !== undefined) return body.accessToken;
      throw new SeedError(`${email} cannot sign in at ${gatewayUrl}: ${status} ${body.detail ?? ''}`);
    },

    /** Whether it was added; false when the shop has it already. */
    async addProduct(product: SeedProduct, token: string): Promise<boolean> {
      const { status, body } = await post('/api/v1/products', product, token);
      if (status === 201) return true;
      if (status === 409 && body.code === 'sku-taken') return false;
      throw new SeedError(`${product.sku} was refused: ${status} ${body.detail ?? ''}`);
    },
  };
}
