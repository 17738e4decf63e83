/** Where a program may have a collector of its own for its spans. */
const COLLECTORS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/**
 * What of `telemetry` a program gets besides its own `environment`, which goes before the `inherited` one: nothing where
 * they name a collector, which keeps its spans and must not see our credentials.
 */
export function addedTelemetry(
  telemetry: Record<string, string>,
  environment: Record<string, string>,
  inherited: NodeJS.ProcessEnv,
): Record<string, string> {
  const whole = { ...inherited, ...environment };
  return COLLECTORS.some((key) => whole[key]) ? {} : telemetry;
}
