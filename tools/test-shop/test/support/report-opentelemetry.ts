/** Environment of a process that says when it loads a package of OpenTelemetry. */
export const reportOpenTelemetry = {
  NODE_OPTIONS: `--import ${new URL('report-opentelemetry-preload.ts', import.meta.url).href}`,
};

/** The metrics' library brings the API's empty shell along; what works is the rest. */
export function loadsOpenTelemetry(log: string): boolean {
  return /^loads @opentelemetry\/(?!api$)/m.test(log);
}
