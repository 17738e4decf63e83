import { quietKubectl } from './quiet-kubectl.ts';
import { NAMESPACE } from './stack.ts';

/** Values of one of the stack's Secrets. */
export async function secretOf(name: string): Promise<Record<string, string>> {
  const secret = JSON.parse(await quietKubectl(['-n', NAMESPACE, 'get', 'secret', name, '-o', 'json'])) as {
    data: Record<string, string>;
  };
  const entries = Object.entries(secret.data);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}
