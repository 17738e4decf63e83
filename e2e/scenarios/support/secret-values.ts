import type { SecretValue } from '@slipway/testing/secrets';
import { quietKubectl } from './quiet-kubectl.ts';
import { NAMESPACE } from './stack.ts';

type Secret = { metadata: { name: string }; data?: Record<string, string> };

/** In Secrets because they belong to a secret, not because they are one: the first is written in apps/user/src/config.ts. */
const NO_SECRETS = ['ADMIN_EMAIL', 'POSTGRES_USER'];

/** What the stack's Secrets hold: of a URL its password, of a key set each private key, of a list each element. */
export async function secretValues(): Promise<SecretValue[]> {
  const list = JSON.parse(await quietKubectl(['-n', NAMESPACE, 'get', 'secrets', '-o', 'json'])) as { items: Secret[] };
  return list.items.flatMap(({ metadata, data = {} }) =>
    Object.entries(data)
      .filter(([key]) => !NO_SECRETS.includes(key))
      .flatMap(([key, encoded]) => {
        const name = `${metadata.name} ${key}`;
        return innerValues(Buffer.from(encoded, 'base64').toString()).map((value) => ({ name, value }));
      }),
  );
}

function innerValues(value: string): string[] {
  if (value.startsWith('{')) {
    const { keys } = JSON.parse(value) as { keys: { d?: string }[] };
    return keys.flatMap(({ d }) => (d === undefined ? [] : [d]));
  }
  if (URL.canParse(value)) return [decodeURIComponent(new URL(value).password)];
  return value.split(',');
}
