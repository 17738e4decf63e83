/** node-pg-migrate's table of what has run. */
export const migrationsTable = 'schema_migrations';
/** node-pg-migrate's default. Always named: a file may set the search path. */
export const migrationsSchema = 'public';
/** Ours: the checksum of each file as it ran. */
export const checksumsTable = 'schema_migration_checksums';
