import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a file that is followed is looked at, ms. */
const LOOK_MS = 200;
const CHUNK_BYTES = 65_536;
const NEWLINE = 10;

/**
 * The lines of a file; while following also those that are added, and from its beginning those of a file that takes its
 * place, until `signal` aborts.
 */
export async function* fileLines(path: string, follow: boolean, signal: AbortSignal): AsyncGenerator<{ text: string }> {
  do {
    const file = await open(path);
    try {
      yield* linesOf(file, () => isReplaced(file, path), follow, signal);
    } finally {
      await file.close();
    }
  } while (follow && !signal.aborted);
}

async function* linesOf(file: FileHandle, isOver: () => Promise<boolean>, follow: boolean, signal: AbortSignal) {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  while (!signal.aborted) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
    if (bytesRead === 0) {
      if (!follow || (await isOver())) break;
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    for (const text of bytes.toString('utf8', 0, end).split('\n')) if (text !== '') yield { text };
  }
  if (rest.length > 0) yield { text: rest.toString() };
}

async function isReplaced(file: FileHandle, path: string): Promise<boolean> {
  const [opened, present] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
  return present !== undefined && present.ino !== opened.ino;
}
