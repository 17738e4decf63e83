import type { Environment } from '../../services/resolve-environments.ts';
import { isObject } from '../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { decodeSecret, type SecretData } from './read-secrets.ts';

/**
 * A Secret as kubectl takes it. JSON with base64, because no reader between here and the cluster takes a part of a value
 * for something of its own: an end of line, a quote, a `$`, a number.
 */
export function secretManifest(metadata: KubernetesObject['metadata'], values: Environment): string {
  const encoded = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries(encoded) };
  return `${JSON.stringify(secret, null, 2)}\n`;
}

/** The values of such a file; undefined when it is none. */
export function parseSecretManifest(text: string): SecretData | undefined {
  const { data } = parseObject(text);
  return isEncoded(data) ? decodeSecret(data) : undefined;
}

/** Not the parser's own error: that quotes the text. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function isEncoded(data: unknown): data is Record<string, string> {
  return isObject(data) && Object.values(data).every(isBase64);
}

function isBase64(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value);
}
