import { teardown, type TeardownOptions } from '../../pipeline/teardown.ts';
import { plainReporter } from '../../report/reporter.ts';
import { readSettings } from '../../workspace/settings.ts';
import { forUser } from '../for-user.ts';

export function teardownExecutor(options: TeardownOptions, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(async () => {
    await teardown(readSettings(root), options, plainReporter());
    return true;
  });
}
