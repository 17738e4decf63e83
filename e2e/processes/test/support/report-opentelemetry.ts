/** Environment of a process that says when it loads something of OpenTelemetry. */
export const reportOpenTelemetry = {
  NODE_OPTIONS: `--import ${new URL('report-opentelemetry-preload.ts', import.meta.url).href}`,
};

export function loadsOpenTelemetry(log: string): boolean {
  return /^loads @opentelemetry\//m.test(log);
}
