import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';

/** Logs when a collector stops taking spans and when it takes them again, and nothing in between. */
export class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #logger: Logger;
  #dropped = 0;

  constructor(exporter: SpanExporter, logger: Logger) {
    this.#exporter = exporter;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS) {
        if (this.#dropped === 0)
          this.#logger.warn({ err: result.error }, 'spans are dropped: the collector takes none');
        this.#dropped += spans.length;
      } else if (this.#dropped > 0) {
        this.#logger.info({ dropped: this.#dropped }, 'the collector takes spans again');
        this.#dropped = 0;
      }
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
