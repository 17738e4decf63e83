import type { TarEntry } from '@slipway/oci/tar';
import { folder } from './entries.ts';

/** One static program as an image's content. */
export function binaryEntries(program: string, source: string): TarEntry[] {
  return [
    folder('usr'),
    folder('usr/local'),
    folder('usr/local/bin'),
    folder('tmp', 0o1777),
    { path: `usr/local/bin/${program}`, mode: 0o755, type: 'file', source },
  ];
}
