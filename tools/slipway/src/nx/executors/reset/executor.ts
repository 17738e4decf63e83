import type { ExecutorContext } from '@nx/devkit';
import { resetDatabase } from '../../../operate/database/reset-database.ts';
import { resetLocalDatabase } from '../../../dev/local/reset-local-database.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { confirm } from '../shared/confirm.ts';
import { forUser } from '../shared/for-user.ts';

type Options = { local: boolean; stack?: string; yes: boolean; timeout: number; context?: string; json: boolean };

export function resetExecutor(
  options: Options,
  { root, projectName = '', projectsConfigurations }: ExecutorContext,
): Promise<{ success: boolean }> {
  const { local, yes, json } = options;
  // A service is known by its folder: the project may have another name.
  const service = projectsConfigurations.projects[projectName]?.root.split('/').at(-1) ?? projectName;
  return forUser(options, async (report, signal) => {
    const ask = (what: string) => confirm({ what, yes, signal, ...(json ? { canAsk: false } : {}) });
    if (local) return resetLocalDatabase(root, service, options, { ask, report, signal });
    return resetDatabase({ settings: readSettings(root), report, signal, ask }, service, options);
  });
}
