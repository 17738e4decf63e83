/** node-pg-migrate's table of what has run. */
export const migrationsTable = 'schema_migrations';
/** Ours: the checksum of each file as it ran. */
export const checksumsTable = 'schema_migration_checksums';
