const sizeLine = /^([0-9a-f]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;
const longestLine = 4096;

/** Takes a chunked body apart, however it is cut into reads. Extensions and trailers are read and forgotten. */
export class ChunkedDecoder {
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'done' = 'size';
  #remaining = 0;
  #line = '';

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Reads from `at`; hands over each piece of the body; returns how far it has read. Throws for what is malformed. */
  read(bytes: Buffer, at: number, end: number, onData: (start: number, end: number) => void): number {
    while (at < end && this.#state !== 'done') {
      if (this.#state === 'data') {
        const size = Math.min(this.#remaining, end - at);
        onData(at, at + size);
        at += size;
        this.#remaining -= size;
        if (this.#remaining === 0) this.#state = 'data-end';
        continue;
      }
      const feed = bytes.indexOf(10, at);
      const lineEnd = feed < 0 || feed >= end ? end : feed + 1;
      this.#line += bytes.toString('latin1', at, lineEnd);
      at = lineEnd;
      if (this.#line.length > longestLine) throw new Error('a line of the chunked answer is too long');
      if (this.#line.endsWith('\n')) this.#takeLine();
    }
    return at;
  }

  #takeLine(): void {
    if (!this.#line.endsWith('\r\n')) throw new Error('a line of the chunked answer ends without CR');
    const line = this.#line.slice(0, -2);
    this.#line = '';
    if (this.#state === 'trailer') {
      if (line === '') this.#state = 'done';
    } else if (this.#state === 'data-end') {
      if (line !== '') throw new Error('a chunk is longer than it says');
      this.#state = 'size';
    } else {
      const [, size] = sizeLine.exec(line) ?? [];
      if (size === undefined) throw new Error('the size of a chunk is no number');
      this.#remaining = parseInt(size, 16);
      this.#state = this.#remaining === 0 ? 'trailer' : 'data';
    }
  }
}
