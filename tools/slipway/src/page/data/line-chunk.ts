import { createGramFilter, type GramFilter } from './gram-filter.ts';
import { createNumberRanges, type NumberRanges } from './number-ranges.ts';
import { type PackedText, packText, unpackText } from './packed-text.ts';

export type ChunkLine = { seq: number; time: number; pod: string; level: number; text: string };

/** What is known of a chunk's lines before they are read; of one that is not full, its level alone. */
export type ChunkSummary = { grams?: GramFilter; numbers?: NumberRanges; highestLevel: number };

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

/** What is beside the text of the lines, column by column: it compresses best so. */
type Columns = {
  seqs: number[];
  times: number[];
  levels: number[];
  pods: string[];
  podOf: number[];
  lengths: number[];
};

const MOST_LINES = 128;
const MOST_TEXT = 64 * 1024;
/** Of a full chunk beside its text and filter: the objects. */
const OVERHEAD = 1024;

/** Lines of one service in a row: compressed as soon as the chunk is full. */
export function createLineChunk(): LineChunk {
  let open: ChunkLine[] = [];
  let packed: PackedText | undefined;

  const pack = (): void => {
    const text = open.map((line) => line.text).join('');
    packed = packText(`${JSON.stringify(columnsOf(open))}\n${text}`);
    chunk.grams = createGramFilter(text);
    chunk.numbers = createNumberRanges(text);
    chunk.isFull = true;
    chunk.size = packed.bytes.length + chunk.grams.bytes + OVERHEAD;
    open = [];
  };

  const chunk: LineChunk = {
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
      if (chunk.length >= MOST_LINES || chunk.size >= MOST_TEXT) pack();
    },
    lines: () => (packed === undefined ? open : unpack(unpackText(packed))),
  };
  return chunk;
}

function columnsOf(lines: ChunkLine[]): Columns {
  const pods = [...new Set(lines.map(({ pod }) => pod))];
  return {
    seqs: differences(lines.map(({ seq }) => seq)),
    times: differences(lines.map(({ time }) => time)),
    levels: lines.map(({ level }) => level),
    pods,
    podOf: lines.map(({ pod }) => pods.indexOf(pod)),
    lengths: lines.map(({ text }) => text.length),
  };
}

function unpack(content: string): ChunkLine[] {
  let end = content.indexOf('\n');
  const { seqs, times, levels, pods, podOf, lengths } = JSON.parse(content.slice(0, end)) as Columns;
  end += 1;
  let [seq, time] = [0, 0];
  return lengths.map((length, at) => {
    seq += seqs[at]!;
    time += times[at]!;
    const text = content.slice(end, (end += length));
    return { seq, time, pod: pods[podOf[at]!]!, level: levels[at]!, text };
  });
}

function differences(values: number[]): number[] {
  return values.map((value, at) => value - (values[at - 1] ?? 0));
}
