import { join } from 'node:path';
import { deploy } from '../../../deploy/deploy.ts';
import type { DeployOptions, Session } from '../../../deploy/context/deploy-context.ts';
import { diff } from '../../../deploy/diff.ts';
import { allSucceeded, type ServiceResult } from '../../../services/run-in-dependency-order.ts';
import { rollback } from '../../../deploy/rollback.ts';
import { requireServices } from '../../../services/select-services.ts';
import { serviceNames } from '../../../services/service-roots.ts';
import { UserError } from '@slipway/util/errors';
import { printableLine } from '@slipway/util/printable';
import { masked } from '@slipway/util/secret-mask';
import { e2e } from '../../../deploy/stages/e2e.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { checkOptions } from '../shared/check-options.ts';
import { forUser } from '../shared/for-user.ts';
import { known } from '../../../util/known.ts';
import { firstLine } from '../../../util/format/first-line.ts';
import { type ProjectContext, serviceOf } from '../shared/service-of.ts';

export type DeployKindOptions = DeployOptions & {
  e2e: boolean;
  dryRun: boolean;
  rollback: boolean;
  to?: number;
  json: boolean;
};
const SCHEMA = join(import.meta.dirname, 'schema.json');

type Task = { id: string; target: { project: string } };
type TaskResult = {
  success: boolean;
  status: 'success' | 'failure';
  terminalOutput: string;
  startTime: number;
  endTime: number;
};

/** One service. */
export function deployKind(
  options: DeployKindOptions,
  { root, ...project }: { root: string } & ProjectContext,
): Promise<{ success: boolean }> {
  return deployServices(options, root, [serviceOf(project)]);
}

export function deployServices(
  given: DeployKindOptions,
  root: string,
  services: string[],
): Promise<{ success: boolean }> {
  return forUser(given, async (report, signal) => {
    const options = checkOptions('deploy-kind', given, SCHEMA);
    const results = await run({ settings: readSettings(root), report, signal }, services, options);
    return allSucceeded(results) && (!options.e2e || (await e2e(root, options.context)));
  });
}

/** All services that Nx selected, in one process: one preflight, one archive per node, one order. */
export async function* deployKindBatch(
  taskGraph: { tasks: Record<string, Task> },
  options: Record<string, DeployKindOptions>,
  overrides: Partial<DeployKindOptions>,
  { root, ...context }: { root: string } & ProjectContext,
): AsyncGenerator<{ task: string; result: TaskResult }> {
  const tasks = Object.values(taskGraph.tasks);
  const [first] = tasks;
  if (first === undefined) return;
  const given = { ...known(options, first.id), ...overrides };
  const startTime = Date.now();
  let results: ServiceResult[] = [];

  const { success } = await forUser(given, async (report, signal) => {
    const merged = checkOptions('deploy-kind', given, SCHEMA);
    const services = tasks.map(({ target }) => serviceOf(context, target.project));
    results = await run({ settings: readSettings(root), report, signal }, services, merged);
    return allSucceeded(results) && (!merged.e2e || (await e2e(root, merged.context)));
  });
  // Problems of the files and a red e2e belong to no service: then every task fails.
  const failedAsWhole = !success && allSucceeded(results);
  for (const { id, target } of tasks) {
    const result = failedAsWhole
      ? undefined
      : results.find(({ service }) => service === serviceOf(context, target.project));
    // Nx keeps no result of a skipped task, takes the run for interrupted, and exits with 130: a failure exits with 1.
    const status = (result?.status ?? (success ? 'success' : 'failure')) === 'success' ? 'success' : 'failure';
    // The whole story was told when it happened; this is the summary at the end.
    const said = printableLine(firstLine(masked(result?.message ?? '')));
    const terminalOutput = `${said || (success ? 'nothing to do' : 'see above')}\n`;
    const times = { startTime, endTime: Date.now() };
    yield { task: id, result: { success: status === 'success', status, terminalOutput, ...times } };
  }
}

async function run(session: Session, services: string[], options: DeployKindOptions): Promise<ServiceResult[]> {
  requireServices(serviceNames(session.settings.workspaceRoot), services);
  if (options.rollback) return rollback(session, services, options);
  if (options.to !== undefined) throw new UserError('--to names a revision of --rollback', { hint: 'add --rollback' });
  if (options.dryRun) return diff(session, services, options);
  return (await deploy(session, services, options)).services;
}
