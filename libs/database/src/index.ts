export { createDatabase, type Database, type DatabaseLog, type Queryable, type Statements } from './database.ts';
export type { DatabaseObserver } from './database-observer.ts';
export { DatabaseUnavailable } from './database-unavailable.ts';
export { migrationsFolder } from './migrations/migrations-folder.ts';
export { readinessChecks } from './readiness-checks.ts';
export { pendingMigrations } from './migrations/pending-migrations.ts';
