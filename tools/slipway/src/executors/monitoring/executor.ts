import { deployMonitoring, type MonitoringOptions } from '../../monitoring/deploy-monitoring.ts';
import { readSettings } from '../../workspace/settings.ts';
import { forUser } from '../for-user.ts';

type Options = MonitoringOptions & { json: boolean };

export function monitoringExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report) => {
    await deployMonitoring(readSettings(root), options, report);
    return true;
  });
}
