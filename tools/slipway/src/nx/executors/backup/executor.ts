import { backup, type BackupOptions } from '../../../operate/database/backup.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../for-user.ts';

type Options = BackupOptions & { json: boolean };

export function backupExecutor(
  options: Options,
  { root, projectName }: { root: string; projectName: string },
): Promise<{ success: boolean }> {
  return forUser(options, async (report) => {
    await backup(readSettings(root), projectName, options, report);
    return true;
  });
}
