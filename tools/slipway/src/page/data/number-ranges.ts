/** Of keys with more names than this, nothing is known. */
const MOST_KEYS = 64;
const NUMBER = /"(\w+)":\s*(-?\d[\w.+-]*)/g;

/** The least and the greatest number that lines have under each key, wherever the key stands in them. */
export type NumberRanges = { add(text: string): void; mayHold(key: string, sign: '<' | '>', limit: number): boolean };

export function createNumberRanges(): NumberRanges {
  const ranges = new Map<string, { least: number; greatest: number }>();
  let isWhole = true;
  return {
    add(text) {
      if (!isWhole) return;
      for (const [, key = '', digits] of text.matchAll(NUMBER)) {
        const value = Number(digits);
        // As in `"port": 3000-3010`, which compares with nothing.
        if (Number.isNaN(value)) continue;
        const range = ranges.get(key);
        if (range === undefined) ranges.set(key, { least: value, greatest: value });
        else if (value < range.least) range.least = value;
        else if (value > range.greatest) range.greatest = value;
      }
      if (ranges.size <= MOST_KEYS) return;
      isWhole = false;
      ranges.clear();
    },
    mayHold(key, sign, limit) {
      if (!isWhole) return true;
      const range = ranges.get(key);
      return range !== undefined && (sign === '<' ? range.least < limit : range.greatest > limit);
    },
  };
}
