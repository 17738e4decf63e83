import protobuf from 'protobufjs';

/** Of opentelemetry-proto 1.x, trace service: the fields that are read here. What is not named is passed over. */
const SCHEMA = {
  ExportTraceServiceRequest: { resourceSpans: ['ResourceSpans', 1, true] },
  ResourceSpans: { resource: ['Resource', 1], scopeSpans: ['ScopeSpans', 2, true] },
  Resource: { attributes: ['KeyValue', 1, true] },
  ScopeSpans: { spans: ['Span', 2, true] },
  Span: {
    traceId: ['bytes', 1],
    spanId: ['bytes', 2],
    parentSpanId: ['bytes', 4],
    name: ['string', 5],
    kind: ['int32', 6],
    startTimeUnixNano: ['fixed64', 7],
    endTimeUnixNano: ['fixed64', 8],
    attributes: ['KeyValue', 9, true],
    events: ['Event', 11, true],
    status: ['Status', 15],
  },
  Event: { name: ['string', 2], attributes: ['KeyValue', 3, true] },
  Status: { message: ['string', 2], code: ['int32', 3] },
  KeyValue: { key: ['string', 1], value: ['AnyValue', 2] },
  AnyValue: {
    stringValue: ['string', 1],
    boolValue: ['bool', 2],
    intValue: ['int64', 3],
    doubleValue: ['double', 4],
  },
} as const satisfies Record<string, Record<string, readonly [type: string, id: number, isRepeated?: true]>>;

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(SCHEMA).map(([name, fields]) => [
      name,
      {
        fields: Object.fromEntries(
          Object.entries(fields as Record<string, readonly [string, number, true?]>).map(
            ([field, [type, id, isRepeated]]) => [
              field,
              { type, id, ...(isRepeated === true ? { rule: 'repeated' } : {}) },
            ],
          ),
        ),
      },
    ]),
  ),
});
const request = root.lookupType('ExportTraceServiceRequest');

/** A request of OTLP/HTTP in protobuf, in the form that OTLP's JSON has. Throws for what is none. */
export function decodeOtlp(body: Buffer): unknown {
  const message = request.decode(body);
  return request.toObject(message, { longs: String, bytes: String, defaults: false });
}

/** The other way round, for tests and senders of our own. */
export function encodeOtlp(message: object): Uint8Array {
  return request.encode(request.fromObject(message)).finish();
}
