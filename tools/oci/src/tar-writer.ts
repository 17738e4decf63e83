import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { BLOCK, paddingOf, tarHeader } from './tar-header.ts';

export type TarEntry = {
  /** Relative to the archive's root; a leading `/` or `./` is dropped. */
  path: string;
  /** Permission bits only, such as 0o755. */
  mode: number;
  type: 'file' | 'directory' | 'symlink';
  content?: Uint8Array;
  /** A file on disk, streamed instead of `content`. */
  source?: string;
  linkname?: string;
  uid?: number;
  gid?: number;
};

/** The same entries give the same bytes anywhere: sorted by path, no times, owners only as given. */
export async function writeTar(entries: Iterable<TarEntry>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarChunks(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Streams to a temporary sibling and renames it, so a file at `destination` is always whole. */
export async function writeTarFile(
  entries: Iterable<TarEntry>,
  destination: string,
): Promise<{ digest: string; size: number }> {
  const temporary = `${destination}.tmp-${process.pid}`;
  const hash = createHash('sha256');
  let size = 0;
  try {
    const file = await open(temporary, 'w', 0o644);
    try {
      for await (const chunk of batched(tarChunks(entries))) {
        hash.update(chunk);
        size += chunk.length;
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    await rename(temporary, destination);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

async function* tarChunks(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of sorted(entries)) {
    const size = await sizeOf(entry);
    const directory = entry.type === 'directory';
    yield tarHeader({
      path: directory ? `${entry.path}/` : entry.path,
      mode: entry.mode & 0o7777,
      uid: entry.uid ?? 0,
      gid: entry.gid ?? 0,
      size,
      typeflag: directory ? '5' : entry.type === 'symlink' ? '2' : '0',
      linkname: entry.type === 'symlink' ? (entry.linkname ?? '') : '',
    });
    if (entry.type !== 'file') continue;
    if (entry.source === undefined) {
      if (entry.content) yield entry.content;
    } else {
      yield* exactly(entry.source, size);
    }
    if (paddingOf(size) > 0) yield Buffer.alloc(paddingOf(size));
  }
  yield Buffer.alloc(2 * BLOCK);
}

function sorted(entries: Iterable<TarEntry>): TarEntry[] {
  const byPath = new Map<string, TarEntry>();
  for (const entry of entries) {
    const path = cleanPath(entry.path);
    if (byPath.has(path)) throw new Error(`tar: the path "${path}" comes twice`);
    if (entry.type === 'symlink' && !entry.linkname) throw new Error(`tar: the symlink "${path}" has no linkname`);
    byPath.set(path, { ...entry, path });
  }
  // Byte order, not the locale's: it is the same on every machine and puts a folder before its content.
  return [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function cleanPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..') || path.includes('\u0000')) {
    throw new Error(`tar: "${path}" is not a path inside the archive`);
  }
  return parts.join('/');
}

async function sizeOf(entry: TarEntry): Promise<number> {
  if (entry.type !== 'file') return 0;
  if (entry.source === undefined) return entry.content?.length ?? 0;
  return (await stat(entry.source)).size;
}

// The header has promised a size: a file that changes underneath must fail, not shift every later entry.
async function* exactly(source: string, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  if (size > 0) {
    for await (const chunk of createReadStream(source, { highWaterMark: 1 << 20 })) {
      seen += chunk.length;
      yield chunk;
    }
  }
  if (seen !== size) throw new Error(`tar: ${source} changed while it was read (${size} bytes, then ${seen})`);
}

// Thousands of small headers cost a write each without this.
async function* batched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    pending.push(chunk);
    bytes += chunk.length;
    if (bytes < 1 << 20) continue;
    yield Buffer.concat(pending);
    pending = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}
