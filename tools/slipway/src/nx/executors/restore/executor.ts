import { restore, type RestoreOptions } from '../../../operate/database/restore.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../shared/for-user.ts';
import { type ProjectContext, serviceOf } from '../shared/service-of.ts';

type Options = RestoreOptions & { json: boolean };

export function restoreExecutor(
  options: Options,
  { root, ...project }: { root: string } & ProjectContext,
): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    await restore({ settings: readSettings(root), report, signal }, serviceOf(project), options);
    return true;
  });
}
