import { EnvironmentError, environment, loadEnvironment, postgres } from '@slipway/config';
import type { MigrateLog } from './migrate-log.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './migrations-folder.ts';

type RunMigrationsOptions = { service: string; process: NodeJS.Process; moduleUrl: string };

/** The init container: needs nothing but DATABASE_URL, logs JSON lines, ends with one readable block on failure. */
export async function runMigrations({ service, process, moduleUrl }: RunMigrationsOptions): Promise<void> {
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
    await migrate({ databaseUrl: DATABASE_URL, folder: migrationsFolder(moduleUrl), log, reset });
  } catch (error) {
    process.stderr.write(`${service}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof EnvironmentError ? 78 : 1;
  }
  process.removeAllListeners('SIGTERM');
  process.removeAllListeners('SIGINT');
}
