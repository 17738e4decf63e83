import { teardown, type TeardownOptions } from '../../../deploy/teardown.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../shared/for-user.ts';

type Options = TeardownOptions & { json: boolean };

export function teardownExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    await teardown({ settings: readSettings(root), report, signal }, options);
    return true;
  });
}
