import type { ExecutorContext } from '@nx/devkit';
import { controlService, type ControlOptions } from '../../../dev/local/control-service.ts';
import { forUser } from '../shared/for-user.ts';

type Options = ControlOptions & { json: boolean };

export function controlExecutor(
  options: Options,
  { root, projectName = '', projectsConfigurations }: ExecutorContext,
): Promise<{ success: boolean }> {
  // A service is known by its folder: the project may have another name.
  const service = projectsConfigurations.projects[projectName]?.root.split('/').at(-1) ?? projectName;
  return forUser(options, (report, signal) => controlService(root, service, options, { report, signal }));
}
