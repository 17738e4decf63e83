import { writeFileSync } from 'node:fs';
import { InterruptedError, interruptible } from '@slipway/util/interruption';
import { chooseReporter } from '../../../deploy/report/choose-reporter.ts';
import type { Reporter } from '../../../deploy/report/reporter.ts';
import { printable } from '@slipway/util/printable';
import { masked } from '@slipway/util/secret-mask';
import { explainFailure } from './explain-failure.ts';

/**
 * Runs an executor's work with the reporter that fits, and explains what it throws. With `json` the last line is
 * `{"success":…}`. Ends the process, with 128 + the signal's number, when it is interrupted.
 */
export async function forUser(
  { json = false }: { json?: boolean },
  work: (report: Reporter, signal: AbortSignal) => Promise<boolean>,
): Promise<{ success: boolean }> {
  const report = chooseReporter({ json });
  try {
    const success = await interruptible((signal) => work(report, signal));
    report.end();
    if (json) console.log(JSON.stringify({ success }));
    return { success };
  } catch (error) {
    report.end();
    if (!(error instanceof InterruptedError)) return explainFailure(error, { json });
    if (json) explainFailure(error, { json });
    else sayGoodbye(error.signal, printable(masked(error.message)));
    process.exit(error.exitCode);
  }
}

/** Nx hides the output of its tasks after Ctrl-C, so the message goes to the terminal itself. */
function sayGoodbye(signal: NodeJS.Signals, message: string): void {
  if (signal === 'SIGINT' && !process.stderr.isTTY) {
    try {
      writeFileSync('/dev/tty', `\n✗ ${message}\n`);
      return;
    } catch {
      // Without a terminal, the output goes to a pipe.
    }
  }
  writeFileSync(process.stderr.fd, `✗ ${message}\n`);
}
