import { hostname } from 'node:os';
import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace as traceApi,
  TraceFlags,
  type Context,
  type Span as SdkSpan,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import { scrubSecrets } from '../scrub-secrets.ts';
import { formatTraceparent, type TraceContext } from '../trace-context.ts';
import { ReportingExporter } from './reporting-exporter.ts';
import { createSampler } from './sampler.ts';
import type { SpanEnd, Tracing } from '../tracing.ts';
import type { TracingConfig } from './tracing-config.ts';

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
/** A collector that hangs must not hold up the end of the process. */
const flushMs = 2000;
/** Of the standard. The processor, unlike the exporter, does not read its variable. */
const defaultDelayMs = 5000;

/** Spans over OTLP/HTTP, in batches. The exporter itself reads the other `OTEL_EXPORTER_OTLP_*` variables. */
export function createOtlpTracing(service: string, config: TracingConfig, logger: Logger): Tracing {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service, 'service.instance.id': hostname() }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({
    resource,
    sampler: createSampler(config.OTEL_TRACES_SAMPLER, config.OTEL_TRACES_SAMPLER_ARG),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new ReportingExporter(new OTLPTraceExporter(), logger),
        scheduledDelayMillis: Number(process.env.OTEL_BSP_SCHEDULE_DELAY ?? defaultDelayMs),
      }),
    ],
  });
  const tracer = provider.getTracer('@shop/service-kit');
  return {
    start(kind, name, parent, attributes) {
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      const flags = traceFlags.toString(16).padStart(2, '0');
      return {
        trace: {
          traceId,
          spanId,
          flags,
          traceparent: formatTraceparent(traceId, spanId, flags),
          tracestate: parent?.tracestate,
          isExported: true,
        },
        end: (result) => endSpan(span, result),
      };
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, flushMs)));
      // What could not be sent has been reported.
      await Promise.race([provider.shutdown().catch(() => {}), timeout]);
      clearTimeout(timer);
    },
  };
}

function contextOf(parent: TraceContext | undefined): Context {
  if (!parent?.isExported) return ROOT_CONTEXT;
  const { traceId, spanId, flags, tracestate } = parent;
  return traceApi.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  });
}

function endSpan(span: SdkSpan, { name, attributes, error }: SpanEnd = {}): void {
  if (name !== undefined) span.updateName(name);
  if (attributes !== undefined) span.setAttributes(attributes);
  if (error instanceof Error) {
    const message = scrubSecrets(error.message);
    span.recordException({ name: error.name, message, stack: scrubSecrets(error.stack ?? '') });
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  } else if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
  span.end();
}
