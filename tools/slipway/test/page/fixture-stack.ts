import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localDataDir } from '../../src/dev/local/local-data-dir.ts';
import { defaultPlan } from '../../src/dev/local/plan.ts';
import { localLogFolder } from '../../src/operate/logs/local-log-file.ts';
import { localSource } from '../../src/page/data/local-source.ts';
import type { PageSource } from '../../src/page/data/page-source.ts';

/** The stack of a fixture workspace: where its state is, what a page sees of it, and its one database, `back`'s. */
export type FixtureStack = {
  dataDir: string;
  source: PageSource;
  login(): Promise<{ host: string; port: number; user: string; password: string; database: string }>;
  /** Ends the database's server at once, as a crash does. */
  crashDatabase(): void;
};

export function fixtureStack(workspaceRoot: string): FixtureStack {
  const dataDir = localDataDir(workspaceRoot, undefined);
  const services = defaultPlan(workspaceRoot, dataDir);
  return {
    dataDir,
    source: localSource({ workspaceRoot, dataDir, logFolder: localLogFolder(undefined), services }),
    async login() {
      const { port, user, password } = (await services()).find(({ name }) => name === 'back')!.database!;
      return { host: '127.0.0.1', port, user, password, database: 'postgres' };
    },
    crashDatabase() {
      const [pid] = readFileSync(join(dataDir, 'back/postgres/postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGQUIT');
    },
  };
}
