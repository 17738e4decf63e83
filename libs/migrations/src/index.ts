/** What a file of a `migrations` folder must be, shared by slipway's preflight and the services' migrator. */
export { checksum, isSameText } from './checksum.ts';
export { type AppliedMigration, compareHistory, keptHistory } from './compare-history.ts';
export { type DescribeOptions, describeProblem } from './describe-problem.ts';
export { isIgnoredFile, migrationNames } from './list-migrations.ts';
export { MIGRATIONS_FOLDER } from './migrations-folder.ts';
export type { MigrationProblem } from './migration-problem.ts';
export { type Migration, type MigrationsFolder, readMigrations } from './read-migrations.ts';
export { type SqlStatement, splitScript } from './split-script.ts';
