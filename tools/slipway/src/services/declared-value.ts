import type { KeySpec } from './service-spec.ts';

/**
 * The value that the schema itself gives a setting: of a process on this machine, or of a pod on kind. Undefined where it
 * gives none.
 */
export function declaredValue({ source, default: fallback }: KeySpec, place: 'local' | 'kind'): string | undefined {
  if (source.kind !== 'plain') return fallback;
  return (place === 'local' ? source.local : undefined) ?? source.dev ?? fallback;
}
