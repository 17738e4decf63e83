import { messageOf } from '@slipway/util/errors';
import { cutText } from '../data/cut-text.ts';
import type { PageSpan } from '../data/page-requests.ts';
import type { TelemetryReceiver } from '../server/page-server.ts';
import { decodeOtlp } from './otlp-messages.ts';

type Value = { stringValue?: string; boolValue?: boolean; intValue?: string | number; doubleValue?: number };
type Attribute = { key?: string; value?: Value };
type OtlpSpan = {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  name?: string;
  kind?: number;
  startTimeUnixNano?: string | number;
  endTimeUnixNano?: string | number;
  attributes?: Attribute[];
  events?: { attributes?: Attribute[] }[];
  status?: { code?: number; message?: string };
};
type Export = {
  resourceSpans?: { resource?: { attributes?: Attribute[] }; scopeSpans?: { spans?: OtlpSpan[] }[] }[];
};

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const KINDS: Record<number, PageSpan['kind']> = { 2: 'server', 3: 'client', 4: 'client', 5: 'server' };
const ERROR = 2;
const NANOS = 1_000_000;
/** Longest attribute that is kept, characters: an attribute may be a whole document. */
const LONGEST_VALUE = 2000;
/** Of a span, a service or an attribute, characters. */
const LONGEST_NAME = 200;
/** OpenTelemetry's own limit of a span. */
const MOST_ATTRIBUTES = 128;

/** Takes the traces of OTLP/HTTP, JSON or protobuf. */
export const receiveSpans: TelemetryReceiver = (body, contentType, { spans }) => {
  const [type = ''] = contentType.split(';');
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) return { status: 415, type: 'text/plain', body: '' };
  const isJson = type === JSON_TYPE;
  try {
    spans.add(readSpans(isJson ? JSON.parse(body.toString()) : decodeOtlp(body), isJson));
  } catch (error) {
    return { status: 400, type: 'text/plain', body: `not OTLP: ${messageOf(error)}` };
  }
  // An empty answer in either encoding: all was taken.
  return { status: 200, type, body: isJson ? '{}' : new Uint8Array() };
};

/** The spans of a request's body. `isHex`: ids are written as OTLP's JSON does it, else in base64. */
export function readSpans(message: unknown, isHex: boolean): PageSpan[] {
  const id = (text = '') => name(isHex ? text : Buffer.from(text, 'base64').toString('hex'));
  return ((message as Export).resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const service = name(fields(resource?.attributes)['service.name'] ?? 'unknown');
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map((span): PageSpan => {
        const start = Number(span.startTimeUnixNano ?? 0) / NANOS;
        const errors = (span.events ?? []).map((event) => fields(event.attributes)['exception.message']);
        const error = errors.find((text) => text !== undefined) ?? span.status?.message;
        return {
          traceId: id(span.traceId),
          spanId: id(span.spanId),
          parentSpanId: id(span.parentSpanId),
          service,
          name: name(span.name ?? ''),
          kind: KINDS[span.kind ?? 0] ?? 'internal',
          start,
          durationMs: Number(span.endTimeUnixNano ?? 0) / NANOS - start,
          isError: span.status?.code === ERROR,
          attributes: {
            ...fields(span.attributes),
            ...(error === undefined ? {} : { error: cutText(String(error), LONGEST_VALUE) }),
          },
        };
      }),
    );
  });
}

function name(text: string): string {
  return cutText(String(text), LONGEST_NAME);
}

function fields(attributes: Attribute[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes
      .slice(0, MOST_ATTRIBUTES)
      .map(({ key = '', value = {} }) => [name(key), cutText(String(Object.values(value)[0] ?? ''), LONGEST_VALUE)]),
  );
}
