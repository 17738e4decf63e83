/** 2^15 bits, 4 KiB: with the text of 128 lines, about a third of them are set. */
const BITS = 15;
const SHIFT = 32 - BITS;
const SPREAD = 0x9e3779b1;

/** Says of most texts, without holding them, that a part is not in them: a Bloom filter of their parts of 3 and 5. */
export type GramFilter = {
  add(text: string): void;
  /** True of every part of what was added, and of a few others; of all that are shorter than 3 characters. */
  mayHold(part: string): boolean;
};

/** Upper and lower case are the same. */
export function createGramFilter(): GramFilter {
  const bits = new Uint8Array(2 ** BITS / 8);
  const eight = (gram: number) => bits[gram >> 3] ?? 0;
  const set = (gram: number) => {
    bits[gram >> 3] = eight(gram) | (1 << (gram & 7));
  };
  const isSet = (gram: number) => (eight(gram) & (1 << (gram & 7))) !== 0;
  return {
    add(text) {
      const lower = text.toLowerCase();
      let [c1, c2, c3, c4] = [0, 0, 0, 0];
      for (let at = 0; at < lower.length; at += 1) {
        const c5 = lower.charCodeAt(at);
        const three = shortGram(c3, c4, c5);
        if (at >= 2) set(three);
        const five = longGram(four(c1, c2, c3, c4), c5);
        if (at >= 4) set(five);
        [c1, c2, c3, c4] = [c2, c3, c4, c5];
      }
    },
    mayHold(part) {
      const lower = part.toLowerCase();
      const codes = Array.from({ length: lower.length }, (_, at) => lower.charCodeAt(at));
      return codes.every((last, at) => {
        const [c4 = 0, c3 = 0, c2 = 0, c1 = 0] = codes.slice(Math.max(0, at - 4), at).reverse();
        if (at >= 4) return isSet(longGram(four(c1, c2, c3, c4), last));
        return at < 2 || isSet(shortGram(c3, c4, last));
      });
    },
  };
}

function shortGram(a: number, b: number, c: number): number {
  return Math.imul(a ^ (b << 8) ^ (c << 16) ^ 0x5bd1e995, SPREAD) >>> SHIFT;
}

function four(a: number, b: number, c: number, d: number): number {
  return a ^ (b << 6) ^ (c << 12) ^ (d << 18);
}

function longGram(beginning: number, last: number): number {
  return Math.imul(beginning ^ (last << 24), SPREAD) >>> SHIFT;
}
