import { jsonReporter } from './json-reporter.ts';
import { liveReporter } from './live-reporter.ts';
import { plainReporter } from './plain-reporter.ts';
import type { Reporter } from './reporter.ts';

/** A live view on a terminal, plain lines in a pipe and in CI, JSON lines when asked for. */
export function chooseReporter({ json = false }: { json?: boolean } = {}): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY && process.env.CI === undefined ? liveReporter() : plainReporter();
}
