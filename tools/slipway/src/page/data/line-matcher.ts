import { parseLogLine } from '../../operate/logs/log-line.ts';
import { isObject } from '../../util/json-object.ts';
import { gramsOf } from './gram-filter.ts';
import type { ChunkSummary } from './line-chunk.ts';

export type LineFilter = {
  /** The least level, a number of pino's. */
  level?: number | undefined;
  /** Words that must be in the line; `key=value`: a field's value, `key>5` and `key<5` a number's. */
  words?: string[] | undefined;
  request?: string | undefined;
};

/** `mayHold`: whether a chunk is worth reading. */
export type LineMatcher = {
  mayHold(chunk: ChunkSummary): boolean;
  matches(line: { level: number; text: string }): boolean;
};

type Test = { mayHold(chunk: ChunkSummary): boolean; matches(text: string): boolean };

const COMPARISON = /^([\w.]+)([=<>])(.+)$/;

export function lineMatcher({ level, words = [], request }: LineFilter): LineMatcher {
  const tests = words.map(wordTest);
  if (request !== undefined) tests.push(fieldTest('requestId', request));
  return {
    mayHold: (chunk) =>
      (level === undefined || chunk.highestLevel >= level) && tests.every(({ mayHold }) => mayHold(chunk)),
    matches: (line) => (level === undefined || line.level >= level) && tests.every(({ matches }) => matches(line.text)),
  };
}

function wordTest(word: string): Test {
  const [, key, sign, wanted] = COMPARISON.exec(word) ?? [];
  const lower = word.toLowerCase();
  // `count>limit` compares with no number: it is looked for as it stands.
  if (key === undefined || wanted === undefined || (sign !== '=' && Number.isNaN(Number(wanted))))
    return {
      mayHold: holdingAny(word),
      matches: (text) => text.toLowerCase().includes(lower),
    };
  if (sign !== '=') return numberTest(key, sign === '<' ? '<' : '>', Number(wanted));
  return key.includes('.') ? deepTest(key, wanted) : fieldTest(key, wanted);
}

/** Whether a line says so, found without parsing it: as a string, or as a number or a word of JSON. */
function fieldTest(key: string, value: string): Test {
  const [quoted, bare] = [`"${key}":"${value}"`, `"${key}":${value}`];
  return {
    mayHold: holdingAny(quoted, bare),
    matches(text) {
      if (text.includes(quoted)) return true;
      const at = text.indexOf(bare);
      return at !== -1 && /[,}\]]/.test(text.charAt(at + bare.length));
    },
  };
}

/** Whether one of these parts may be in a chunk. */
function holdingAny(...parts: string[]): Test['mayHold'] {
  const all = parts.map(gramsOf);
  return ({ grams }) => grams === undefined || all.some((wanted) => grams.mayHold(wanted));
}

function deepTest(path: string, wanted: string): Test {
  const top = `"${path.split('.')[0]}"`;
  const [holdsTop, holdsWanted] = [holdingAny(top), holdingAny(wanted)];
  return {
    mayHold: (chunk) => holdsTop(chunk) && holdsWanted(chunk),
    // Parsing is dear: what the line does not hold, it cannot say.
    matches: (text) =>
      text.includes(top) && text.includes(wanted) && String(valueAt(parseLogLine(text), path)) === wanted,
  };
}

function numberTest(path: string, sign: '<' | '>', limit: number): Test {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const isWanted = (value: number) => (sign === '<' ? value < limit : value > limit);
  const pattern = new RegExp(`"${key}":\\s*(-?\\d[\\w.+-]*)`, 'g');
  return {
    mayHold: ({ numbers }) => numbers?.mayHold(key, sign, limit) ?? true,
    matches(text) {
      // Parsing is dear: only a line with such a number somewhere is parsed.
      if (![...text.matchAll(pattern)].some(([, digits]) => isWanted(Number(digits)))) return false;
      const value = valueAt(parseLogLine(text), path);
      return typeof value === 'number' && isWanted(value);
    },
  };
}

function valueAt(entry: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, key) => partOf(value, key), entry);
}

function partOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? value[key] : undefined;
}
