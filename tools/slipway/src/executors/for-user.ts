import { chooseReporter } from '../report/choose-reporter.ts';
import type { Reporter } from '../report/reporter.ts';
import { explainFailure } from './explain-failure.ts';

/**
 * Runs an executor's work with the reporter that fits, and explains what it throws. With `json` the last line is
 * `{"success":…}`.
 */
export async function forUser(
  { json = false }: { json?: boolean },
  work: (report: Reporter) => Promise<boolean>,
): Promise<{ success: boolean }> {
  const report = chooseReporter({ json });
  try {
    const success = await work(report);
    report.end();
    if (json) console.log(JSON.stringify({ success }));
    return { success };
  } catch (error) {
    report.end();
    return explainFailure(error, { json });
  }
}
