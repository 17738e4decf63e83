import { open } from 'node:fs/promises';
import { codeOf } from '@slipway/util/errors';

const TAIL_BYTES = 128 * 1024;

/** The last 128 KiB of a log file; empty where there is none. */
export async function readTail(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
