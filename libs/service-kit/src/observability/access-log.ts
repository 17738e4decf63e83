import { symbols, type Logger } from 'pino';
import { roundMs } from './request-scope.ts';

export type AccessLogEntry = {
  /** A request id that was checked, a trace id, a method that the parser knows, a template: none needs escaping. */
  requestId: string;
  traceId: string;
  /** While traces are exported. */
  spanId: string | undefined;
  method: string;
  route: string;
  status: number;
  durationMs: number;
  isAborted: boolean;
  /** Who asked, if that is known. */
  userId: string | undefined;
  /** The service that was waited for, and how long. */
  upstream: string | undefined;
  upstreamMs: number;
  /** Why it was refused as too much: a word of a closed list. */
  reason: string | undefined;
};

/**
 * The line "request finished", with the fields and the destination of the logger's other lines. Put together by hand: for
 * a process that does little else than pass requests on, pino's redaction and serializers cost as much as the proxying.
 */
export function createAccessLog(logger: Logger): (entry: AccessLogEntry) => void {
  const stream = (logger as unknown as Record<symbol, { write(line: string): void }>)[symbols.streamSym]!;
  const { service = '' } = logger.bindings();
  const serviceField = JSON.stringify(service);
  let lastMs = 0;
  let time = '';
  let lines = '';

  /** The lines of one turn of the event loop go out together: the destination counts what it holds with each write. */
  function write(line: string): void {
    if (lines === '') setImmediate(flush);
    lines += line;
  }

  function flush(): void {
    const text = lines;
    lines = '';
    stream.write(text);
  }

  return ({
    requestId,
    traceId,
    spanId,
    method,
    route,
    status,
    durationMs,
    isAborted,
    userId,
    upstream,
    upstreamMs,
    reason,
  }) => {
    const level = status >= 500 ? 'warn' : 'info';
    if (!logger.isLevelEnabled(level)) return;
    const now = Date.now();
    if (now !== lastMs) {
      lastMs = now;
      time = new Date(now).toISOString();
    }
    const span = spanId === undefined ? '' : `"spanId":"${spanId}",`;
    const request = `"requestId":"${requestId}","traceId":"${traceId}",${span}"method":"${method}","route":"${route}"`;
    const waited = upstream === undefined ? '' : `,"waitedMs":{"${upstream}":${roundMs(upstreamMs)}}`;
    const user = userId === undefined ? '' : `,"userId":"${userId}"`;
    const refused = reason === undefined ? '' : `,"code":"overloaded","reason":"${reason}"`;
    const answer = `"status":${status},"durationMs":${roundMs(durationMs)}${waited}${user}${refused}${isAborted ? ',"isAborted":true' : ''}`;
    write(
      `{"level":"${level}","time":"${time}","service":${serviceField},${request},${answer},"msg":"request finished"}\n`,
    );
  };
}
