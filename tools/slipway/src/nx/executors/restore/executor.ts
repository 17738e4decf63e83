import { restore, type RestoreOptions } from '../../../operate/database/restore.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../for-user.ts';

type Options = RestoreOptions & { json: boolean };

export function restoreExecutor(
  options: Options,
  { root, projectName }: { root: string; projectName: string },
): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    await restore({ settings: readSettings(root), report, signal }, projectName, options);
    return true;
  });
}
