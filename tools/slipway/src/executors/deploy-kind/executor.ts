import { deploy, type ServiceResult } from '../../pipeline/deploy.ts';
import { plainReporter } from '../../report/reporter.ts';
import { e2e } from '../../steps/e2e.ts';
import { readSettings } from '../../workspace/settings.ts';
import { forUser } from '../for-user.ts';

type Options = { e2e: boolean; timeout: number; context?: string };
type Task = { id: string; target: { project: string } };
type TaskResult = { success: boolean; status: ServiceResult['status']; terminalOutput: string; startTime: number; endTime: number };

/** One service. */
export function deployKind(options: Options, { root, projectName }: { root: string; projectName?: string }): Promise<{ success: boolean }> {
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
  const taskOf = (service: string) => tasks.find(({ target }) => target.project === service)!.id;
  const merged = { ...options[tasks[0]!.id]!, ...overrides };
  const startTime = Date.now();
  const results: ServiceResult[] = [];
  const asTask = ({ service, status, message }: ServiceResult) => ({
    task: taskOf(service),
    result: { success: status === 'success', status, terminalOutput: `${message}\n`, startTime, endTime: Date.now() },
  });

  const { success } = await forUser(async () => {
    const services = tasks.map(({ target }) => target.project);
    for await (const result of deploy(readSettings(root), services, merged, plainReporter())) results.push(result);
    return results.every(({ status }) => status === 'success') && (!merged.e2e || (await e2e(root)));
  });
  for (const { target } of tasks) {
    const result = results.find(({ service }) => service === target.project);
    // A fault of the files or a red e2e fails every task: nothing of the run may count as done.
    const failed: ServiceResult = { service: target.project, status: 'failure', message: 'see above' };
    yield asTask(success || (result !== undefined && result.status !== 'success') ? result! : everyServiceIsReady(results, tasks) || result === undefined ? failed : result);
  }
}

function everyServiceIsReady(results: ServiceResult[], tasks: Task[]): boolean {
  return results.length === tasks.length && results.every(({ status }) => status === 'success');
}
