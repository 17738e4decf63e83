import { isObject, type JsonObject } from '../../util/json-object.ts';

/** One line that a process wrote. */
export type LogLine = {
  /** When, ms since 1970; never less than that of the line before it from the same process. */
  time: number;
  /** `order`, `order-db`. */
  service: string;
  /** The pod; of a process on this machine: the service again. */
  pod: string;
  /** Postgres: its lines are plain, and those that matter name a severity. */
  isDatabase: boolean;
  text: string;
};

/**
 * Gives the lines of one process their times: their own where they carry one, else when they were received, or that of
 * the line before. A process that collects its lines for a moment is received late, but its times are right.
 */
export async function* timedLines(
  lines: AsyncIterable<{ text: string; received?: number }>,
  origin: Pick<LogLine, 'service' | 'pod' | 'isDatabase'>,
): AsyncGenerator<LogLine> {
  let last = 0;
  for await (const { text, received } of lines) {
    last = Math.max(last, ownTime(text) ?? received ?? last);
    yield { ...origin, time: last, text };
  }
}

/** The JSON object that a line is; undefined for any other line. */
export function parseLogLine(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(text);
    return isObject(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** Found without parsing: most lines are only passed over. */
function ownTime(text: string): number | undefined {
  if (!text.startsWith('{')) return undefined;
  const time = /"time":(?:"([^"]+)"|(\d+))/.exec(text);
  const value = time?.[1] === undefined ? Number(time?.[2]) : Date.parse(time[1]);
  return Number.isNaN(value) ? undefined : value;
}
