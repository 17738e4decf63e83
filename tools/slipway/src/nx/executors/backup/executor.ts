import { backup, type BackupOptions } from '../../../operate/database/backup.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../shared/for-user.ts';
import { type ProjectContext, serviceOf } from '../shared/service-of.ts';

type Options = BackupOptions & { json: boolean };

export function backupExecutor(
  options: Options,
  { root, ...project }: { root: string } & ProjectContext,
): Promise<{ success: boolean }> {
  return forUser(options, async (report) => {
    await backup(readSettings(root), serviceOf(project), options, report);
    return true;
  });
}
