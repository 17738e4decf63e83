import { createApiClient, createShopClient, type Credentials } from '@shop/client';
import { gatewayUrl } from './gateway.ts';
import { secretOf } from './secret-of.ts';

/** The public API of the stack under test. */
export const api = createApiClient(gatewayUrl);
export const shop = createShopClient(api, async () => shop.signIn(await admin()));

/** The first admin's, of the stack's Secret. */
export async function admin(): Promise<Credentials> {
  const { ADMIN_EMAIL: email = '', ADMIN_PASSWORD: password = '' } = await secretOf('user');
  return { email, password };
}
