import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** A text in memory, compressed. */
export type PackedText = { bytes: Uint8Array; length: number };

export function packText(text: string): PackedText {
  const whole = Buffer.from(text);
  // A copy: what zlib returns holds a buffer of 64 KiB.
  return { bytes: new Uint8Array(zstdCompressSync(whole)), length: whole.length };
}

export function unpackText({ bytes, length }: PackedText): string {
  // One buffer, as long as the text: with zlib's own, it takes twice as long.
  return zstdDecompressSync(bytes, { chunkSize: Math.max(64, length + 1) }).toString();
}
