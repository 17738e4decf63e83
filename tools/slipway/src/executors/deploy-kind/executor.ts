import { deploy, type DeployOptions } from '../../pipeline/deploy.ts';
import type { ServiceResult } from '../../pipeline/in-order.ts';
import { plainReporter } from '../../report/reporter.ts';
import { e2e } from '../../steps/e2e.ts';
import { readSettings } from '../../workspace/settings.ts';
import { forUser } from '../for-user.ts';

type Options = DeployOptions & { e2e: boolean };
type Task = { id: string; target: { project: string } };
type TaskResult = {
  success: boolean;
  status: ServiceResult['status'];
  terminalOutput: string;
  startTime: number;
  endTime: number;
};

/** One service. */
export function deployKind(
  options: Options,
  { root, projectName }: { root: string; projectName?: string },
): Promise<{ success: boolean }> {
  return forUser(async () => {
    let success = true;
    for await (const result of deploy(readSettings(root), [projectName!], options, plainReporter())) {
      success &&= result.status === 'success';
    }
    return success && (!options.e2e || (await e2e(root)));
  });
}

/** All services that Nx selected, in one process: one preflight, one archive per node, one order. */
export async function* deployKindBatch(
  taskGraph: { tasks: Record<string, Task> },
  options: Record<string, Options>,
  overrides: Partial<Options>,
  { root }: { root: string },
): AsyncGenerator<{ task: string; result: TaskResult }> {
  const tasks = Object.values(taskGraph.tasks);
  const merged = { ...options[tasks[0]!.id]!, ...overrides };
  const startTime = Date.now();
  const results = new Map<string, ServiceResult>();

  const { success } = await forUser(async () => {
    const services = tasks.map(({ target }) => target.project);
    for await (const result of deploy(readSettings(root), services, merged, plainReporter()))
      results.set(result.service, result);
    return allSucceeded(results) && (!merged.e2e || (await e2e(root)));
  });
  // Faults of the files and a red e2e belong to no service: then every task fails.
  const failedAsWhole = !success && allSucceeded(results);
  for (const { id, target } of tasks) {
    const result = failedAsWhole ? undefined : results.get(target.project);
    const status = result?.status ?? (success ? 'success' : 'failure');
    // The whole story was told when it happened; this is the summary at the end.
    const terminalOutput = `${result?.message.split('\n')[0] ?? (success ? 'nothing to do' : 'see above')}\n`;
    yield {
      task: id,
      result: { success: status === 'success', status, terminalOutput, startTime, endTime: Date.now() },
    };
  }
}

function allSucceeded(results: Map<string, ServiceResult>): boolean {
  return [...results.values()].every(({ status }) => status === 'success');
}
