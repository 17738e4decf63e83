import { deployMonitoring, type MonitoringOptions } from '../../../operate/monitoring/deploy-monitoring.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../shared/for-user.ts';

type Options = MonitoringOptions & { json: boolean };

export function monitoringExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    await deployMonitoring({ settings: readSettings(root), report, signal }, options);
    return true;
  });
}
