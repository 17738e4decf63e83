import { isObject, type JsonObject } from '../../util/json-object.ts';
import { levelNumber } from '../logs/log-level.ts';
import { parseLogLine } from '../logs/log-line.ts';

const MOST = 2;

/**
 * What a service's log says of the requests that failed after `since` (ms of the epoch), the most frequent first: its
 * errors, and where it has none, the requests and whom they waited for. `log`: lines of JSON as docs/log-line.schema.json
 * has them.
 */
export function recentFailures(log: string, since: number): string[] {
  const lines = log
    .split('\n')
    .map(parseLogLine)
    .filter((entry) => entry !== undefined)
    .filter(({ time }) => Date.parse(String(time)) >= since);
  const errors = lines
    .filter(({ level }) => levelNumber(level) >= levelNumber('error'))
    .map(({ err, msg = '' }) => String((isObject(err) ? err.message : undefined) ?? msg));
  const failed = lines.filter(({ status = 0 }) => Number(status) >= 500).map(describe);
  return counted(errors.length > 0 ? errors : failed)
    .slice(0, MOST)
    .map(([text, count]) => `log: ${text}${count === 1 ? '' : ` (×${count})`}`);
}

function describe({ method = '', route = '', status, code, durationMs = 0, waitedMs }: JsonObject): string {
  const waits = Object.entries(isObject(waitedMs) ? waitedMs : {}).map(([name, ms]) => [name, Number(ms)] as const);
  const [upstream, waited = 0] = waits.sort(([, a], [, b]) => b - a)[0] ?? [];
  const cause = upstream !== undefined && waited > Number(durationMs) / 2 ? `, waiting for ${upstream}` : '';
  return [method, route, status, code].filter(Boolean).join(' ') + cause;
}

function counted(texts: string[]): [text: string, count: number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
