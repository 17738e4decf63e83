import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { awaitPreviousRun, EmbeddedPostgresError } from '@slipway/embedded-postgres';
import { UserError } from '@slipway/util/errors';
import { takeLock } from '@slipway/util/lock';
import { readServiceSpecs } from '../../services/read-services.ts';
import type { ResetSession } from '../../operate/database/reset-database.ts';
import { awaitReady } from './await-ready.ts';
import { localDataDir } from './local-data-dir.ts';
import type { LocalService } from './local-service.ts';
import { defaultPlan } from './plan.ts';
import { removeData } from './remove-data.ts';
import { requestAction } from './service-requests.ts';
import { byName } from '../../util/by-name.ts';

/** How long a run may take to stop a service and to delete its data, ms. */
const REQUEST_MS = 60_000;

/**
 * Empties the database of one service on this machine. A run of `npm start` or `nx serve` starts the service anew; without
 * one the next start does. Throws UserError before anything is touched where the database is the user's own.
 */
export async function resetLocalDatabase(
  workspaceRoot: string,
  service: string,
  { timeout, stack }: { timeout: number; stack?: string },
  session: Omit<ResetSession, 'settings'>,
): Promise<boolean> {
  const { ask, report } = session;
  const dataDir = localDataDir(workspaceRoot, stack);
  const serviceSpec = (await readServiceSpecs(workspaceRoot)).find(({ name }) => name === service);
  if (serviceSpec?.hasDatabase !== true)
    throw new UserError(`${service} declares no postgres() key: it has no database`);
  const local = byName(await defaultPlan(workspaceRoot, dataDir)(), service);
  if (local.database === undefined) {
    throw new UserError(`the database of ${service} is your own: ${local.root}/.env names it. Nothing was touched`, {
      hint: 'empty it with your own tools',
    });
  }
  const { dir } = local.database;
  const folder = relative(workspaceRoot, dir);
  if (!existsSync(dir)) {
    report.event(service, 'ready', `it has no data in ${folder}: its next start makes an empty database`);
    return true;
  }
  await ask(`This deletes all data of ${service} on this machine: ${folder}.`);
  const lock = await takeLock(join(dataDir, service, 'run.lock'), `nx run ${service}:reset --local`);
  if (!('release' in lock)) {
    report.event(
      service,
      'reset',
      `${lock.command} (process ${lock.process.split('@')[0]}) runs it, and begins it anew`,
    );
    await resetRunning(dataDir, local, timeout * 1000, session);
    return true;
  }
  try {
    await awaitPreviousRun(dir);
    await removeData(dir);
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError)) throw error;
    throw new UserError(`${error.message}. Nothing was touched`);
  } finally {
    lock.release();
  }
  report.event(service, 'ready', `${folder} is gone: its next start makes an empty database and migrates it`);
  return true;
}

async function resetRunning(
  dataDir: string,
  { name, managementUrl, readyRoute: route }: LocalService,
  timeoutMs: number,
  { report, signal }: Omit<ResetSession, 'settings'>,
): Promise<void> {
  await requestAction({ dataDir, name, action: 'reset' }, REQUEST_MS, signal);
  report.event(name, 'reset', 'its data are gone: waiting until it is ready');
  const unready = await awaitReady(
    { url: Promise.resolve(managementUrl), shown: managementUrl, route },
    signal,
    timeoutMs,
  );
  signal.throwIfAborted();
  if (unready !== undefined) {
    throw new UserError(`${name} has an empty database and does not get ready: ${unready}`, {
      hint: `read the cause on its terminal, or run npx nx run deploy:logs --local --service ${name}`,
    });
  }
  report.event(name, 'ready', 'with an empty database');
}
