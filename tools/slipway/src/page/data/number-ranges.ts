/** Of texts with more different keys than this, nothing is known. */
const MOST_KEYS = 64;
const NUMBER = /"(\w+)":\s*(-?\d[\w.+-]*)/g;

/** The least and the greatest number that a text has under each key, wherever the key stands in it. */
export type NumberRanges = { mayHold(key: string, sign: '<' | '>', limit: number): boolean };

/** One copy of the keys of texts that have the same: lines of one service do. */
const keysOf = new Map<string, string[]>();
const MOST_COPIES = 1000;

export function createNumberRanges(text: string): NumberRanges {
  const ranges = new Map<string, [least: number, greatest: number]>();
  for (const [, key = '', digits] of text.matchAll(NUMBER)) {
    const value = Number(digits);
    // As in `"port": 3000-3010`, which compares with nothing.
    if (Number.isNaN(value)) continue;
    const range = ranges.get(key);
    if (range === undefined) ranges.set(key, [value, value]);
    else if (value < range[0]) range[0] = value;
    else if (value > range[1]) range[1] = value;
    if (ranges.size > MOST_KEYS) return { mayHold: () => true };
  }
  const keys = copyOf([...ranges.keys()].sort());
  const ends = Float64Array.from(keys.flatMap((key) => ranges.get(key)!));
  return {
    mayHold(key, sign, limit) {
      const at = keys.indexOf(key);
      return at !== -1 && (sign === '<' ? ends[2 * at]! < limit : ends[2 * at + 1]! > limit);
    },
  };
}

function copyOf(keys: string[]): string[] {
  const name = keys.join(' ');
  const known = keysOf.get(name);
  if (known !== undefined) return known;
  if (keysOf.size < MOST_COPIES) keysOf.set(name, keys);
  return keys;
}
