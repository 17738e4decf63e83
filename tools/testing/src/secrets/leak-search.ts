import { base64Forms } from '@slipway/util/base64-forms';

/** A value that must be nowhere but in its place, and whose it is: `user ADMIN_PASSWORD`. */
export type SecretValue = { name: string; value: string };

/** A part of a value that is found is a leak too: a line of a key, characters. */
const SHORTEST_LINE = 16;

/** Looks for secret values in texts and streams, as they are or encoded; remembers where it found which. */
export class LeakSearch {
  readonly #needles: { name: string; bytes: Buffer }[];
  readonly #longest: number;
  /** `user ADMIN_PASSWORD in the log of pod …`: never the value. */
  readonly found = new Set<string>();
  searchedBytes = 0;

  constructor(secrets: SecretValue[]) {
    this.#needles = secrets.flatMap(({ name, value }) =>
      [...new Set(formsOf(value))].map((text) => ({ name, bytes: Buffer.from(text) })),
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

/** As it is, each long line of it, in JSON, in a URL, and in base64 wherever in a longer text it begins. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
  return [value, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    ...base64Forms(text),
  ]);
}
