export { acceptsPassword } from './accepts-password.ts';
export { EmbeddedPostgresError } from './embedded-postgres-error.ts';
export { initDatabase, isDataFolder } from './init-database.ts';
export { awaitPreviousRun } from './previous-run.ts';
export { setPassword } from './set-password.ts';
export { startPostgres, type RunningPostgres } from './start-postgres.ts';
