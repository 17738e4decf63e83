import type { PageRequestDetail, PageRequestPart, PageSpan } from '../data/page-requests.ts';

export type Bar = {
  key: string;
  depth: number;
  service: string;
  name: string;
  title: string;
  kind: string;
  /** ms since 1970. */
  start: number;
  ms: number;
  isError: boolean;
};

/** A request as bars, each below what caused it: its spans, or what its log lines say of waiting. */
export function barsOf({ spans, parts }: PageRequestDetail): Bar[] {
  return spans.length > 0 ? spanBars(spans) : parts.flatMap((part) => partBars(part, parts));
}

function spanBars(spans: PageSpan[]): Bar[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | undefined, depth: number): Bar[] =>
    spans
      .filter((span) => (parent === undefined ? !ids.has(span.parentSpanId) : span.parentSpanId === parent))
      .flatMap((span) => [spanBar(span, depth), ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}

function spanBar(
  { spanId, service, name, kind, attributes, start, durationMs, isError }: PageSpan,
  depth: number,
): Bar {
  const statement = attributes['db.query.text'];
  const title = Object.entries(attributes)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');
  return {
    key: spanId,
    depth,
    service,
    name: statement ?? name,
    title,
    kind: isError ? 'failed-span' : statement === undefined ? kind : 'database',
    start,
    ms: durationMs,
    isError,
  };
}

/** When it waited is not known, only how long: the bars of waiting begin where its own does. */
function partBars(part: PageRequestPart, parts: PageRequestPart[]): Bar[] {
  const { service, method, route, status, start, durationMs, waitedMs } = part;
  const depth = parts.filter((other) => contains(other, part)).length;
  const own: Bar = {
    key: `${service} ${start}`,
    depth,
    service,
    name: `${method} ${route} ${status}`,
    title: '',
    kind: status >= 500 ? 'failed-span' : 'own',
    start,
    ms: durationMs,
    isError: status >= 500,
  };
  const callees = parts.map((other) => other.service);
  const waits = Object.entries(waitedMs)
    .filter(([name]) => !callees.includes(name))
    .map(([name, ms]): Bar => ({
      ...own,
      key: `${own.key} ${name}`,
      depth: depth + 1,
      name: `waited for its ${name}`,
      kind: name === 'database' ? 'database' : 'client',
      ms: Math.min(ms, durationMs),
      isError: false,
    }));
  return [own, ...waits];
}

function contains(outer: PageRequestPart, inner: PageRequestPart): boolean {
  if (outer === inner || outer.durationMs <= inner.durationMs) return false;
  return (
    Object.hasOwn(outer.waitedMs, inner.service) || outer.start + outer.durationMs >= inner.start + inner.durationMs
  );
}
