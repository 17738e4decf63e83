import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { createGramFilter, type GramFilter } from './gram-filter.ts';
import { createNumberRanges, type NumberRanges } from './number-ranges.ts';

export type ChunkLine = { seq: number; time: number; pod: string; level: number; text: string };

/** What is known of a chunk's lines before they are read. */
export type ChunkSummary = { grams: GramFilter; numbers: NumberRanges; highestLevel: number };

export type LineChunk = ChunkSummary & {
  add(line: ChunkLine): void;
  /** From the oldest. */
  lines(): ChunkLine[];
  /** Of the newest line. */
  lastSeq: number;
  length: number;
  /** Bytes in memory, about. */
  size: number;
  isFull: boolean;
};

const MOST_LINES = 128;
const MOST_TEXT = 64 * 1024;
/** Of a full chunk beside its text: numbers, pods, filter. */
const OVERHEAD = 8 * 1024;

/** Lines of one service in a row: compressed as soon as the chunk is full. */
export function createLineChunk(): LineChunk {
  let open: ChunkLine[] = [];
  let packed: { text: Buffer; ends: Uint32Array; seqs: Float64Array; times: Float64Array } | undefined;
  let levels = new Float32Array();
  let pods: string[] = [];

  const pack = (): void => {
    let end = 0;
    packed = {
      text: zstdCompressSync(open.map(({ text }) => text).join('')),
      ends: Uint32Array.from(open, ({ text }) => (end += text.length)),
      seqs: Float64Array.from(open, ({ seq }) => seq),
      times: Float64Array.from(open, ({ time }) => time),
    };
    levels = Float32Array.from(open, ({ level }) => level);
    pods = open.map(({ pod }) => pod);
    open = [];
    chunk.isFull = true;
    chunk.size = packed.text.length + OVERHEAD;
  };

  const chunk: LineChunk = {
    grams: createGramFilter(),
    numbers: createNumberRanges(),
    highestLevel: 0,
    lastSeq: -1,
    length: 0,
    size: 0,
    isFull: false,
    add(line) {
      open.push(line);
      chunk.length += 1;
      chunk.size += line.text.length;
      chunk.lastSeq = line.seq;
      chunk.highestLevel = Math.max(chunk.highestLevel, line.level);
      chunk.grams.add(line.text);
      chunk.numbers.add(line.text);
      if (chunk.length >= MOST_LINES || chunk.size >= MOST_TEXT) pack();
    },
    lines() {
      if (packed === undefined) return open;
      const { ends, seqs, times } = packed;
      const text = zstdDecompressSync(packed.text).toString();
      return pods.map((pod, at) => ({
        seq: seqs[at]!,
        time: times[at]!,
        pod,
        level: levels[at]!,
        text: text.slice(ends[at - 1] ?? 0, ends[at]),
      }));
    },
  };
  return chunk;
}
