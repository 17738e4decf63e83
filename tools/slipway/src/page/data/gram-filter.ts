/** Says of most parts, without the text, that they are not in it. */
export type GramFilter = {
  /** True of every part of the text, and of few others; of all that are shorter than 3 characters. */
  mayHold(part: Grams): boolean;
  /** In memory. */
  readonly bytes: number;
};

/** Of a part that is searched for: once for all texts. */
export type Grams = { words: number[]; ids: number[] };

/** Characters as 6 bits: what no line of ASCII has, and everything beyond ASCII, is one. */
const CODES = new Uint8Array(128).fill(63);
for (const [at, character] of [...'0123456789abcdef-":,.{}ghijklmnopqrstuvwxyz_/ =<>()[]@+*;&%?!#$'].entries())
  CODES[character.charCodeAt(0)] = at;
/** Below: what ids and numbers, and the quotes around them, are made of. Long ids have each three of these. */
const OF_IDS = 23;

const GRAMS = 2 ** 18;
/** Numbers of the grams of three characters, in the order in which they were first seen in any text; 0: not seen. */
const numbers = new Uint16Array(GRAMS);
const MOST_NUMBERS = 2 ** 16 - 1;
let lastNumber = 0;
/** Grams of a text that is more varied than log lines are, base64 for instance: they say little of it. */
const MOST_OF_TEXT = 4096;
/** Whether a gram has been seen in the text at hand. */
const seen = new Uint8Array(GRAMS);

/** For ids: 4 KiB, of which the ids of 128 lines set about a third. */
const BITS = 15;
const SHIFT = 32 - BITS;
const SPREAD = 0x9e3779b1;

/**
 * The grams of three characters that a text has, exactly; those of ids, of which every text has most, in a Bloom filter
 * together with their grams of five. Upper and lower case are the same. Why so: docs/adr/0018.
 */
export function createGramFilter(text: string): GramFilter {
  const words: number[] = [];
  const ids = new Uint8Array(2 ** BITS / 8);
  let isComplete = true;
  eachGram(
    text,
    (word) => {
      if (seen[word] === 1) return;
      seen[word] = 1;
      words.push(word);
    },
    (id) => (ids[id >> 3]! |= 1 << (id & 7)),
  );
  for (const gram of words) {
    seen[gram] = 0;
    if (numbers[gram] === 0 && lastNumber < MOST_NUMBERS) numbers[gram] = lastNumber += 1;
    isComplete &&= numbers[gram] !== 0;
  }
  const known =
    isComplete && words.length <= MOST_OF_TEXT ? Uint16Array.from(words, (gram) => numbers[gram]!).sort() : undefined;
  const isSet = (at: number) => (ids[at >> 3]! & (1 << (at & 7))) !== 0;
  return {
    bytes: ids.length + (known?.byteLength ?? 0),
    mayHold: ({ words: wanted, ids: hashes }) =>
      hashes.every(isSet) &&
      (known === undefined || wanted.every((gram) => numbers[gram] !== 0 && includes(known, numbers[gram] ?? 0))),
  };
}

export function gramsOf(part: string): Grams {
  const grams: Grams = { words: [], ids: [] };
  eachGram(
    part,
    (word) => grams.words.push(word),
    (id) => grams.ids.push(id),
  );
  return grams;
}

/** Calls `onWord` with each gram of three characters; of ids `onId` with its hash, and with that of each gram of five. */
function eachGram(text: string, onWord: (gram: number) => void, onId: (hash: number) => void): void {
  const lower = text.toLowerCase();
  let [gram, lengthOfId, before] = [0, 0, 0];
  for (let at = 0; at < lower.length; at += 1) {
    const character = lower.charCodeAt(at);
    const code = character < 128 ? CODES[character]! : 63;
    // The two that leave the gram of three stay in that of five.
    before = ((before << 6) | (gram >>> 12)) & 0xfff;
    gram = ((gram << 6) | code) & (GRAMS - 1);
    lengthOfId = code < OF_IDS ? lengthOfId + 1 : 0;
    if (at < 2) continue;
    if (lengthOfId < 3) {
      onWord(gram);
      continue;
    }
    onId(hash(gram));
    if (lengthOfId >= 5) onId(hash(((before << 18) | gram) ^ SPREAD));
  }
}

function hash(gram: number): number {
  return Math.imul(gram ^ (gram >>> 15), SPREAD) >>> SHIFT;
}

function includes(sorted: Uint16Array, wanted: number): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle]!;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
