import type { KeySpec } from './service-spec.ts';

/** The key with the URL of the service's own database. A service that declares one has a database, no other. */
export type DatabaseKey = { name: string; maxConnections: number | undefined };

export function databaseKey(keys: KeySpec[]): DatabaseKey | undefined {
  for (const { name, source } of keys)
    if (source.kind === 'postgres-url') return { name, maxConnections: source.maxConnections };
  return undefined;
}
