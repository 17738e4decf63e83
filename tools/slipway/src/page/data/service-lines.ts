import { createLineChunk, type ChunkLine, type LineChunk } from './line-chunk.ts';
import type { LineMatcher } from './line-matcher.ts';

export type Step = { seq: number; line?: ChunkLine };

/** The lines of one service, the oldest of which can be forgotten one by one. */
export type ServiceLines = {
  add(line: ChunkLine): void;
  forgetFirst(): void;
  /**
   * Lines after the number `after`, the newest first; before a chunk is read, a step without a line says that all that
   * follows is at most as new. `looked` counts the lines it passed.
   */
  newest(matcher: LineMatcher, after: number, looked: (lines: number) => void): Generator<Step>;
  readonly length: number;
  /** Bytes in memory, about. */
  readonly size: number;
};

export function createServiceLines(): ServiceLines {
  const chunks: LineChunk[] = [];
  /** Of the first chunk: lines that are forgotten, and their bytes. */
  let gone = 0;
  let goneSize = 0;
  let length = 0;
  let size = 0;
  return {
    add(line) {
      let last = chunks.at(-1);
      if (last === undefined || last.isFull) chunks.push((last = createLineChunk()));
      size -= last.size;
      last.add(line);
      size += last.size;
      // What was forgotten of it was compressed with the rest.
      if (last.isFull && last === chunks[0] && goneSize > 0) {
        size += goneSize;
        goneSize = 0;
      }
      length += 1;
    },
    forgetFirst() {
      const [first] = chunks;
      if (first === undefined) return;
      length -= 1;
      if (!first.isFull) {
        const bytes = first.lines()[gone]?.text.length ?? 0;
        goneSize += bytes;
        size -= bytes;
      }
      gone += 1;
      if (gone < first.length) return;
      chunks.shift();
      size -= first.size - goneSize;
      gone = goneSize = 0;
    },
    *newest(matcher, after, looked) {
      for (const chunk of chunks.toReversed()) {
        if (chunk.lastSeq <= after) return;
        const first = chunk === chunks[0] ? gone : 0;
        if (!matcher.mayHold(chunk)) {
          looked(chunk.length - first);
          continue;
        }
        yield { seq: chunk.lastSeq };
        for (const line of chunk.lines().slice(first).reverse()) {
          if (line.seq <= after) return;
          looked(1);
          if (matcher.matches(line)) yield { seq: line.seq, line };
        }
      }
    },
    get length() {
      return length;
    },
    get size() {
      return size;
    },
  };
}
