import { masked } from '@slipway/util/secret-mask';
import type { RolloutState } from '../../kubernetes/rollout/states.ts';
import { jsonReporter } from './json-reporter.ts';
import { liveReporter } from './live-reporter.ts';
import { plainReporter } from './plain-reporter.ts';
import type { Reporter } from './reporter.ts';

/** A live view on a terminal, plain lines in a pipe and in CI, JSON lines when asked for; none shows a secret. */
export function chooseReporter(options: { json?: boolean } = {}): Reporter {
  const { event, block, end } = reporterFor(options);
  return {
    event: (who, step, message, state) => event(who, step, masked(message), maskedState(state)),
    block: (who, step, text, state) => block(who, step, masked(text), maskedState(state)),
    end,
  };
}

function maskedState(state: RolloutState | undefined): RolloutState | undefined {
  return state === undefined ? undefined : { ...state, detail: masked(state.detail) };
}

function reporterFor({ json = false }: { json?: boolean }): Reporter {
  if (json) return jsonReporter();
  return process.stdout.isTTY && process.env.CI === undefined ? liveReporter() : plainReporter();
}
