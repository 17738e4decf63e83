import { levelName, levelNumber, plainLevel } from '../../operate/logs/log-level.ts';
import type { LogLine } from '../../operate/logs/log-line.ts';
import { cutText } from './cut-text.ts';
import { lineMatcher, type LineFilter } from './line-matcher.ts';
import type { PageLogEntry, PageLogs } from './page-requests.ts';
import { createServiceLines, type ServiceLines } from './service-lines.ts';

export type StoredLine = { seq: number; time: number; service: string; pod: string; level: number; text: string };

/** All that is given must hold. */
export type LogFilter = LineFilter & {
  services?: string[] | undefined;
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
/** Of all lines together in memory, where full chunks are compressed. */
const MOST_BYTES = 160 * 1024 * 1024;

/**
 * Keeps the newest lines, at most `mostLines` within about `mostBytes`. When they are too many, the service that has
 * most of them loses its oldest: who writes much takes nothing from who writes little. Why so: docs/adr/0018.
 */
export function createLogStore(mostLines: number, mostBytes = MOST_BYTES): LogStore {
  const services = new Map<string, ServiceLines>();
  let next = 0;
  let length = 0;
  let size = 0;

  const forgetOne = (by: 'length' | 'size'): void => {
    let largest: [string, ServiceLines] | undefined;
    for (const entry of services) if (largest === undefined || entry[1][by] > largest[1][by]) largest = entry;
    const [name, lines] = largest!;
    const before = lines.size;
    lines.forgetFirst();
    length -= 1;
    size += lines.size - before;
    if (lines.length === 0) services.delete(name);
  };

  return {
    add({ time, service, pod, text: whole, isDatabase }) {
      const text = whole.length > LONGEST_LINE ? `${cutText(whole, LONGEST_LINE)}…` : whole;
      while (length >= mostLines) forgetOne('length');
      while (length > 0 && size + text.length > mostBytes) forgetOne('size');
      const line = { seq: next, time, service, pod, level: levelOf(text, isDatabase), text };
      const own = services.get(service) ?? createServiceLines();
      services.set(service, own);
      const before = own.size;
      own.add(line);
      size += own.size - before;
      length += 1;
      next += 1;
      return line;
    },
    find({ limit, after = -1, services: wanted, ...filter }) {
      const matcher = lineMatcher(filter);
      let searched = 0;
      const looked = (lines: number) => void (searched += lines);
      const heads = [...services]
        .filter(([name]) => wanted === undefined || wanted.includes(name))
        .map(([service, lines]) => ({ service, lines: lines.newest(matcher, after, looked) }))
        .map((source) => ({ ...source, step: nextOf(source.lines) }));
      const entries: PageLogEntry[] = [];
      while (entries.length < limit) {
        let newest: (typeof heads)[number] | undefined;
        for (const head of heads) if ((head.step?.seq ?? -1) > (newest?.step?.seq ?? -1)) newest = head;
        if (newest?.step === undefined) break;
        const { service, step } = newest;
        if (step.line !== undefined) entries.push({ ...step.line, service, level: levelName(step.line.level) });
        newest.step = nextOf(newest.lines);
      }
      return { entries: entries.reverse(), last: next - 1, matched: entries.length, searched, dropped: next - length };
    },
    get dropped() {
      return next - length;
    },
    get size() {
      return length;
    },
  };
}

function nextOf<T>(values: Generator<T, void>): T | undefined {
  const { done, value } = values.next();
  return done === true ? undefined : value;
}

/** Found without parsing: a store takes in many lines and shows few. */
function levelOf(text: string, isDatabase: boolean): number {
  if (!text.startsWith('{')) return plainLevel(text) ?? levelNumber(isDatabase ? 'debug' : 'info');
  const level = /"level":(?:"(\w+)"|(\d+))/.exec(text);
  return levelNumber(level?.[2] === undefined ? level?.[1] : Number(level[2]));
}
