import assert from 'node:assert/strict';
import { fetchGateway } from './gateway.ts';
import { quietKubectl } from './quiet-kubectl.ts';
import { NAMESPACE } from './stack.ts';

type Call = { body?: unknown; token?: string; headers?: Record<string, string> };

/** Sends a request to the gateway and answers its JSON. Fails the test at any other status than `status`. */
export async function call<Answer>(status: number, method: string, path: string, { body, token, headers }: Call = {}) {
  const response = await fetchGateway(path, { method, ...jsonRequest(body, token, headers) });
  const text = await response.text();
  assert.equal(response.status, status, `${method} ${path}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** Headers and body of a request with JSON and a token, as far as there are any. */
export function jsonRequest(body: unknown, token?: string, more: Record<string, string> = {}): RequestInit {
  const headers = {
    ...more,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
}

/** Values of one of the stack's Secrets. */
export async function secretOf(name: string): Promise<Record<string, string>> {
  const secret = JSON.parse(await quietKubectl(['-n', NAMESPACE, 'get', 'secret', name, '-o', 'json'])) as {
    data: Record<string, string>;
  };
  const entries = Object.entries(secret.data);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** A token of the admin. */
export async function adminToken(): Promise<string> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = await secretOf('user');
  const session = await call<{ accessToken: string }>(201, 'POST', '/api/v1/sessions', { body: { email, password } });
  return session.accessToken;
}

/** A new customer, signed in. */
export async function newCustomer(): Promise<{ email: string; password: string; token: string }> {
  const email = `customer-${crypto.randomUUID()}@shop.example`;
  const password = crypto.randomUUID();
  await call(201, 'POST', '/api/v1/users', { body: { email, password, name: 'A Customer' } });
  const session = await call<{ accessToken: string }>(201, 'POST', '/api/v1/sessions', { body: { email, password } });
  return { email, password, token: session.accessToken };
}

/** A product with so much stock; answers its id. */
export async function newProduct(token: string, stock: number): Promise<string> {
  const body = { sku: `S-${crypto.randomUUID()}`, name: 'A product', priceCents: 100, currency: 'EUR', stock };
  return (await call<{ id: string }>(201, 'POST', '/api/v1/products', { body, token })).id;
}
