import type { ServiceSpec } from '../../services/service-spec.ts';
import { databaseName } from './database.ts';

/** The names of a service's Secrets: its own, and its database's where it has one. */
export function secretNames({ name, hasDatabase }: Pick<ServiceSpec, 'name' | 'hasDatabase'>): string[] {
  return hasDatabase ? [name, databaseName(name)] : [name];
}
