import type { Answer, ApiClient, Credentials } from '@shop/client';
import { UserError } from '@slipway/util/errors';
import type { SeedProduct } from './products.ts';

export type SeedApi = ReturnType<typeof createSeedApi>;

/** What seeding asks of the shop at `gatewayUrl`, with what to do when it fails. `startCommand` brings the shop up. */
export function createSeedApi(api: ApiClient, gatewayUrl: string, startCommand: string) {
  async function post(path: string, body: object, token?: string): Promise<Answer> {
    const answer = await api.post(path, { body, ...(token === undefined ? {} : { token }) }).catch((error: unknown) => {
      if (error instanceof SyntaxError) throw notTheShop(error);
      throw new UserError(`nothing answers at ${gatewayUrl}`, { hint: startCommand, cause: error });
    });
    if (typeof answer.body === 'object' && answer.body !== null) return answer;
    throw notTheShop();
  }
  function notTheShop(cause?: unknown): UserError {
    const hint = 'set GATEWAY_URL to the address of its gateway';
    return new UserError(`what answers at ${gatewayUrl} is not the shop`, { hint, cause });
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
