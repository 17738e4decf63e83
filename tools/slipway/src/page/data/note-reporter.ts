import type { Reporter } from '../../deploy/report/reporter.ts';

/** Tells `note` each line that a command of slipway reports. */
export function noteReporter(note: (line: string) => void): Reporter {
  return {
    event: (who, step, message) => note(`${who}: ${step}: ${message}`),
    block: (who, step, text) => note(`${who}: ${step}: ${text}`),
    end: () => undefined,
  };
}
