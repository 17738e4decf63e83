import type { SecretValue } from './secret-values.ts';

/** Looks for secret values, as they are or in base64, in texts and streams; remembers where it found which. */
export class LeakSearch {
  readonly #needles: { name: string; bytes: Buffer }[];
  readonly #longest: number;
  /** `user ADMIN_PASSWORD in the log of pod …`: never the value. */
  readonly found = new Set<string>();
  searchedBytes = 0;

  constructor(secrets: SecretValue[]) {
    this.#needles = secrets.flatMap(({ name, value }) =>
      [value, Buffer.from(value).toString('base64').replace(/=+$/, '')].map((text) => ({
        name,
        bytes: Buffer.from(text),
      })),
    );
    this.#longest = Math.max(...this.#needles.map(({ bytes }) => bytes.length));
  }

  text(where: string, text: string | Buffer): void {
    const bytes = Buffer.from(text);
    this.searchedBytes += bytes.length;
    for (const needle of this.#needles) if (bytes.includes(needle.bytes)) this.found.add(`${needle.name} in ${where}`);
  }

  /** The same for what does not fit into memory. */
  async stream(where: string, chunks: AsyncIterable<Buffer>): Promise<void> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      const bytes = Buffer.concat([rest, chunk]);
      this.text(where, bytes);
      this.searchedBytes -= rest.length;
      rest = bytes.subarray(Math.max(0, bytes.length - this.#longest));
    }
  }
}
