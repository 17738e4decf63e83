import { levelName, levelNumber, plainLevel } from '../../operate/logs/log-level.ts';
import { parseLogLine, type LogLine } from '../../operate/logs/log-line.ts';
import { cutText } from './cut-text.ts';
import type { PageLogEntry, PageLogs } from './page-types.ts';

export type StoredLine = { seq: number; time: number; service: string; pod: string; level: number; text: string };

/** All that is given must hold. */
export type LogFilter = {
  services?: string[] | undefined;
  /** The least level, a number of pino's. */
  level?: number | undefined;
  /** Words that must be in the line; `key=value`: a field's value, `key>5` and `key<5` a number's. */
  words?: string[] | undefined;
  request?: string | undefined;
  /** Only lines after this one. */
  after?: number | undefined;
  /** At most so many, the newest. */
  limit: number;
};

export type LogStore = {
  add(line: LogLine): StoredLine;
  find(filter: LogFilter): PageLogs;
  /** Lines that were forgotten because others came. */
  readonly dropped: number;
  readonly size: number;
};

/** A longer line is cut, characters. */
const LONGEST_LINE = 16 * 1024;
/** Of all lines together, characters. */
const MOST_TEXT = 128 * 1024 * 1024;

/** Keeps the newest `mostLines` in the order in which they came, within `mostText` characters; the oldest goes first. */
export function createLogStore(mostLines: number, mostText = MOST_TEXT): LogStore {
  const ring: (StoredLine | undefined)[] = [];
  let first = 0;
  let next = 0;
  let kept = 0;
  /** Lines by number: those from `first` to `next` are kept. */
  const at = (seq: number) => ring[seq % mostLines]!;
  const forgetFirst = () => {
    kept -= at(first).text.length;
    ring[first % mostLines] = undefined;
    first += 1;
  };

  return {
    add({ time, service, pod, text: whole, isDatabase }) {
      const text = whole.length > LONGEST_LINE ? `${cutText(whole, LONGEST_LINE)}…` : whole;
      while (next > first && (next - first >= mostLines || kept + text.length > mostText)) forgetFirst();
      const line = { seq: next, time, service, pod, level: levelOf(text, isDatabase), text };
      ring[next % mostLines] = line;
      next += 1;
      kept += text.length;
      return line;
    },
    find({ limit, after = -1, ...filter }) {
      const matches = matcher(filter);
      const entries: PageLogEntry[] = [];
      let seq = next - 1;
      for (const end = Math.max(first, after + 1); seq >= end && entries.length < limit; seq -= 1) {
        const line = at(seq);
        if (matches(line)) entries.push({ ...line, level: levelName(line.level) });
      }
      const searched = next - 1 - seq;
      return { entries: entries.reverse(), last: next - 1, matched: entries.length, searched, dropped: first };
    },
    get dropped() {
      return first;
    },
    get size() {
      return next - first;
    },
  };
}

/** Found without parsing: a store takes in many lines and shows few. */
function levelOf(text: string, isDatabase: boolean): number {
  if (!text.startsWith('{')) return plainLevel(text) ?? levelNumber(isDatabase ? 'debug' : 'info');
  const level = /"level":(?:"(\w+)"|(\d+))/.exec(text);
  return levelNumber(level?.[2] === undefined ? level?.[1] : Number(level[2]));
}

const COMPARISON = /^([\w.]+)([=<>])(.+)$/;

function matcher({ services, level, words = [], request }: Omit<LogFilter, 'limit' | 'after'>) {
  const tests = words.map((word): ((line: StoredLine) => boolean) => {
    const [, key, sign, wanted] = COMPARISON.exec(word) ?? [];
    const lower = word.toLowerCase();
    if (key === undefined || wanted === undefined) return ({ text }) => text.toLowerCase().includes(lower);
    if (sign === '=' && !key.includes('.')) return ({ text }) => hasField(text, key, wanted);
    return ({ text }) => {
      // Parsing is dear: what the line does not hold, it cannot say.
      if (!text.includes(`"${key.split('.')[0]}"`) || (sign === '=' && !text.includes(wanted))) return false;
      const value = valueAt(parseLogLine(text), key);
      if (sign === '=') return String(value) === wanted;
      return typeof value === 'number' && (sign === '>' ? value > Number(wanted) : value < Number(wanted));
    };
  });
  return (line: StoredLine): boolean =>
    (services === undefined || services.includes(line.service)) &&
    (level === undefined || line.level >= level) &&
    (request === undefined || hasField(line.text, 'requestId', request)) &&
    tests.every((test) => test(line));
}

/** Whether a line says so, found without parsing it: as a string, or as a number or a word of JSON. */
function hasField(text: string, key: string, value: string): boolean {
  if (text.includes(`"${key}":"${value}"`)) return true;
  const bare = `"${key}":${value}`;
  const at = text.indexOf(bare);
  return at !== -1 && /[,}\]]/.test(text.charAt(at + bare.length));
}

function valueAt(entry: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value: unknown, key) => (value as Record<string, unknown> | undefined | null)?.[key], entry);
}
