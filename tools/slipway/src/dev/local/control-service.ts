import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { takeLock } from '@slipway/util/lock';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { localDataDir, stackOption } from './local-data-dir.ts';
import { requestAction, type ServiceAction } from './service-requests.ts';
import { startCommand } from '../../util/commands.ts';

export type ControlOptions = { action: Exclude<ServiceAction, 'reset'>; stack?: string; timeout: number };

const DONE = { start: 'serves', restart: 'serves, started anew', stop: 'is stopped; its database goes on' };

/** Restarts, stops or starts one service of a running `npm start`. Throws UserError when none has it, or it does not. */
export async function controlService(
  workspaceRoot: string,
  service: string,
  { action, stack, timeout }: ControlOptions,
  { report, signal }: { report: Reporter; signal: AbortSignal },
): Promise<boolean> {
  const dataDir = localDataDir(workspaceRoot, stack);
  const lock = await takeLock(join(dataDir, service, 'run.lock'), `nx run ${service}:${action}`);
  if ('release' in lock) {
    lock.release();
    throw new UserError(`${service} does not run on this machine`, {
      hint: startCommand(...(stack === undefined ? [] : [stackOption(stack).trim()])),
    });
  }
  await requestAction({ dataDir, name: service, action }, timeout * 1000, signal);
  report.event(service, action === 'stop' ? 'stop' : 'ready', DONE[action]);
  return true;
}
