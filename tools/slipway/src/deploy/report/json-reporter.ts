import { printableJson } from '@slipway/util/printable';
import type { RolloutState } from '../../kubernetes/rollout/states.ts';
import type { Reporter } from './reporter.ts';

/**
 * One JSON object per line, for machines: `{"seconds":1.2,"who":"order","step":"rollout","message":"…"}`, with the code
 * and the fields of the rollout's state where there is one.
 */
export function jsonReporter(write: (text: string) => void = (text) => void process.stdout.write(text)): Reporter {
  const start = performance.now();
  const print = (who: string, step: string, message: string, state?: RolloutState) => {
    const seconds = Math.round(performance.now() - start) / 1000;
    write(`${printableJson(JSON.stringify({ seconds, who, step, ...state, message }))}\n`);
  };
  return { event: print, block: print, end: () => undefined };
}
