import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { messageOf, UserError } from '@slipway/util/errors';
import { explainFullDisk } from '@slipway/util/full-disk';
import { type Pack, pack } from 'tar-stream';

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

const EPOCH = new Date(0);

/** The same entries give the same bytes anywhere: sorted by path, no times, owners only as given. */
export function writeTar(entries: Iterable<TarEntry>): Promise<Buffer> {
  return packed(entries, buffer);
}

/** Streams to a temporary sibling and renames it, so a file at `destination` is always whole. */
export async function writeTarFile(
  entries: Iterable<TarEntry>,
  destination: string,
): Promise<{ digest: string; size: number }> {
  const temporary = `${destination}.tmp-${process.pid}`;
  const hash = createHash('sha256');
  const all = [...entries];
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const file = createWriteStream(temporary, { mode: 0o644, highWaterMark: 1 << 20 });
    await packed(all, (archive) => pipeline(archive, meter, file));
    await rename(temporary, destination);
  } catch (error) {
    const explained = await explainFullDisk(error, { file: destination, bytes: () => contentSize(all) });
    await rm(temporary, { force: true });
    throw explained;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

/** Bytes of what the entries hold; those that cannot be read count as none. */
async function contentSize(entries: TarEntry[]): Promise<number> {
  const sizes = entries.map(async ({ content, source }) => {
    if (source === undefined) return content?.length ?? 0;
    return stat(source).then(
      ({ size }) => size,
      () => 0,
    );
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function packed<Result>(
  entries: Iterable<TarEntry>,
  consume: (archive: Pack) => Promise<Result>,
): Promise<Result> {
  const archive = pack();
  let current = '';
  const write = async (): Promise<void> => {
    for (const entry of sorted(entries)) {
      current = entry.source ?? entry.path;
      await writeEntry(archive, entry);
    }
    archive.finalize();
  };
  const writing = write().catch((error: Error) => {
    archive.destroy(error);
    throw error;
  });
  try {
    const [result] = await Promise.all([consume(archive), writing]);
    return result;
  } catch (error) {
    if (!/size mismatch/i.test(messageOf(error))) throw error;
    throw new UserError(`${current} changed while it was read`, { hint: 'try again', cause: error });
  }
}

async function writeEntry(archive: Pack, entry: TarEntry): Promise<void> {
  const { path, type, source, content = Buffer.alloc(0) } = entry;
  const header: Parameters<Pack['entry']>[0] = {
    name: type === 'directory' ? `${path}/` : path,
    mode: entry.mode & 0o7777,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    mtime: EPOCH,
    type,
    ...(type === 'symlink' ? { linkname: entry.linkname ?? '' } : {}),
  };
  if (type === 'file' && source !== undefined) {
    const { size } = await stat(source);
    return pipeline(createReadStream(source, { highWaterMark: 1 << 20 }), archive.entry({ ...header, size }));
  }
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (type === 'file') archive.entry(header, Buffer.from(content), done);
    else archive.entry(header, done);
  });
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
