import type { TraceContext } from './trace-context.ts';

export type SpanAttributes = Record<string, string | number | boolean>;

export type SpanEnd = {
  /** When it is only known at the end. */
  name?: string;
  attributes?: SpanAttributes;
  /** What went wrong: an error, or the word for it. */
  error?: unknown;
};

/** One piece of work in a trace. */
export type Span = {
  /** What those continue who work for it. */
  readonly trace: TraceContext;
  end(result?: SpanEnd): void;
};

/** Where spans go. There is none while tracing is off: nothing of OpenTelemetry is even loaded then. */
export type Tracing = {
  /** `parent`: of another span; one that was only generated to have an id starts a trace. */
  start(
    kind: 'server' | 'client' | 'internal',
    name: string,
    parent: TraceContext | undefined,
    attributes: SpanAttributes,
  ): Span;
  /** Sends what is left, for a limited time. */
  close(): Promise<void>;
};
