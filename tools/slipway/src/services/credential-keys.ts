import type { KeySpec } from './service-spec.ts';

/** The keys that a person signs in with: a generated password, and what is secret in plain text beside it. */
export function credentialKeys(keys: KeySpec[]): string[] {
  if (!keys.some(({ source }) => source.kind === 'generated-password')) return [];
  return keys
    .filter(({ secret, source }) => secret && /^(plain|generated-password)$/.test(source.kind))
    .map(({ name }) => name);
}
