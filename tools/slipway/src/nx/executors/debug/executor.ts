import type { ExecutorContext } from '@nx/devkit';
import { type DebugOptions, debugService } from '../../../dev/debug/debug-service.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { explainFailure } from '../shared/explain-failure.ts';

/** Runs a pod of the service with a debugger's port on this machine, until it is interrupted. */
export async function debugExecutor(
  options: DebugOptions,
  { root, projectName = '', projectsConfigurations }: ExecutorContext,
): Promise<{ success: boolean }> {
  const folder = projectsConfigurations.projects[projectName]?.root ?? `apps/${projectName}`;
  const service = { name: folder.split('/').at(-1) ?? folder, root: folder };
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());
  const tell = (line: string) => console.log(`${service.name}: ${line}`);
  try {
    await debugService({ settings: readSettings(root), tell, signal: abort.signal }, service, options);
    return { success: true };
  } catch (error) {
    return abort.signal.aborted ? { success: true } : explainFailure(error, {});
  }
}
