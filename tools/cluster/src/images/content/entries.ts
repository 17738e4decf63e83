/** Files, folders and links as the content of an image. */
import type { TarEntry } from '@slipway/oci/tar';

/** Later entries replace earlier ones of the same path. */
export function mergeEntries(...lists: ReadonlyArray<readonly TarEntry[]>): TarEntry[] {
  const byPath = new Map<string, TarEntry>();
  for (const entry of lists.flat()) byPath.set(entry.path, entry);
  return [...byPath.values()];
}

export function textFile(path: string, text: string, mode = 0o644): TarEntry {
  return { path, mode, type: 'file', content: Buffer.from(text) };
}

export function folder(path: string, mode = 0o755, owner = 0): TarEntry {
  return { path, mode, type: 'directory', uid: owner, gid: owner };
}

export function link(path: string, linkname: string): TarEntry {
  return { path, mode: 0o777, type: 'symlink', linkname };
}

/** One static program as the content of an image. */
export function binaryEntries(program: string, source: string): TarEntry[] {
  return [
    folder('usr'),
    folder('usr/local'),
    folder('usr/local/bin'),
    folder('tmp', 0o1777),
    { path: `usr/local/bin/${program}`, mode: 0o755, type: 'file', source },
  ];
}
