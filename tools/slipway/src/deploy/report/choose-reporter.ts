import { masked } from '@slipway/util/secret-mask';
import { jsonReporter } from './json-reporter.ts';
import { liveReporter } from './live-reporter.ts';
import { plainReporter } from './plain-reporter.ts';
import type { Reporter } from './reporter.ts';

/** A live view on a terminal, plain lines in a pipe and in CI, JSON lines when asked for; none shows a secret. */
export function chooseReporter(options: { json?: boolean } = {}): Reporter {
  const { event, block, end } = reporterFor(options);
  return {
    event: (who, step, message) => event(who, step, masked(message)),
    block: (who, step, text) => block(who, step, masked(text)),
    end,
  };
}

function reporterFor({ json = false }: { json?: boolean }): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY && process.env.CI === undefined ? liveReporter() : plainReporter();
}
