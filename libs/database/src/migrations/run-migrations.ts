import { EnvironmentError, environment, loadEnvironment, postgres } from '@slipway/config';
import { DatabaseUnavailable } from '../database-unavailable.ts';
import type { MigrateLog } from './migrate-log.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './migrations-folder.ts';

type RunMigrationsOptions = {
  service: string;
  process: NodeJS.Process;
  moduleUrl: string;
  /** As `migrate` takes it. */
  patienceMs?: number;
};

/** The init container: needs nothing but DATABASE_URL, logs JSON lines, ends with one readable block on failure. */
export async function runMigrations({ service, process, moduleUrl, ...patience }: RunMigrationsOptions): Promise<void> {
  // PID 1 in a container has no default handler.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1));
  const line = (level: string) => (fields: object, msg: string) => {
    process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), service, ...fields, msg })}\n`);
  };
  const log: MigrateLog = { info: line('info'), warn: line('warn') };
  try {
    const { DATABASE_URL } = loadEnvironment(environment({ DATABASE_URL: postgres() }), process.env);
    // A pod does not know by which context it was deployed.
    const where = 'KUBERNETES_SERVICE_HOST' in process.env ? ', with --context where the deploy had one' : ' --local';
    const reset = `npx nx run ${service}:reset${where}`;
    await migrate({ databaseUrl: DATABASE_URL, folder: migrationsFolder(moduleUrl), log, reset, ...patience });
  } catch (error) {
    process.stderr.write(`${service}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
  process.removeAllListeners('SIGTERM');
  process.removeAllListeners('SIGINT');
}

/** Of sysexits.h: configuration, unavailable. The second is worth another try, which a failed statement is not. */
function exitCodeOf(error: unknown): number {
  if (error instanceof EnvironmentError) return 78;
  return error instanceof DatabaseUnavailable ? 69 : 1;
}
