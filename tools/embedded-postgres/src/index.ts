export { EmbeddedPostgresError } from './embedded-postgres-error.ts';
export { initDatabase } from './init-database.ts';
export { startPostgres, type RunningPostgres } from './start-postgres.ts';
