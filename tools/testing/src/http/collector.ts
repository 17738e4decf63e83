import { startUpstream } from './upstream.ts';

export type CollectedSpan = {
  service: string;
  traceId: string;
  spanId: string;
  /** Empty: the span starts the trace. */
  parentSpanId: string;
  name: string;
  kind: 'internal' | 'server' | 'client';
  attributes: Record<string, unknown>;
  isError: boolean;
  /** Texts of the errors that were recorded. */
  exceptions: string[];
};

type Attribute = { key: string; value: Record<string, unknown> };
type Export = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        kind: number;
        attributes: Attribute[];
        status: { code?: number };
        events: { attributes: Attribute[] }[];
      }[];
    }[];
  }[];
};

const kinds = { 1: 'internal', 2: 'server', 3: 'client' } as Record<number, CollectedSpan['kind']>;

/** An OpenTelemetry collector: takes spans over OTLP/HTTP with JSON bodies and keeps them. */
export async function startCollector() {
  const spans: CollectedSpan[] = [];
  const server = await startUpstream(({ url, body, headers }, response) => {
    if (url !== '/v1/traces' || headers['content-type'] !== 'application/json')
      return void response.writeHead(404).end();
    spans.push(...readSpans(body));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return { url: server.url, spans, close: () => server.close() };
}

/** The spans of one request's body. */
export function readSpans(body: string): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body) as Export;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, kind, attributes, status, events }) => ({
        service: String(fields(resource.attributes)['service.name']),
        traceId,
        spanId,
        parentSpanId,
        name,
        kind: kinds[kind] ?? 'internal',
        attributes: fields(attributes),
        isError: status.code === 2,
        exceptions: events.map((event) => Object.values(fields(event.attributes)).join('\n')),
      })),
    ),
  );
}

function fields(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
