import type { Logger } from '../logger.ts';
import type { Tracing } from '../tracing.ts';
import type { TracingConfig } from './tracing-config.ts';

/** Off without a collector's address. Only what is on is loaded: a bundle keeps it in a file of its own. */
export async function openTracing(
  service: string,
  config: TracingConfig,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (config.OTEL_SDK_DISABLED || config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return undefined;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(service, config, logger);
}
